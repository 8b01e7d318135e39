/** A program to compile. */
export interface Program {
  /** File name in the cache, before its digest. */
  name: string
  /** Folder of the Go module: its go.mod and go.sum pin everything that is compiled. */
  module: string
  /** Main package: a path as in `./cmd/x`, an import path, or `tool` for the one tool that go.mod names. */
  package: string
  /** For the linker, after `-s -w`. */
  ldflags?: string
  /** Build tags, separated by commas. */
  tags?: string
}

export interface CompileOptions {
  /** Called with each line that Go prints: packages as they are compiled, modules as they are downloaded. */
  onLine?: (line: string) => void
  /** Aborts the compilation, or the wait for another process that compiles the same program. */
  signal?: AbortSignal
  /** Compile with low priority (`nice -n 10`), beside something that must not be slowed down. */
  lowPriority?: boolean
}

/** Go is missing or failed. The message says what failed, what Go printed, and what to do. */
export class GoError extends Error {
  name: 'GoError'
}

/**
 * Path of a program in the cache, whether it is there or not. The name contains a digest of the module's files, the
 * flags and the version of Go, so an outdated binary is never used.
 */
export function binaryPath(program: Program): Promise<string>

/** Whether `compile` would return at once. */
export function isCompiled(program: Program): Promise<boolean>

/**
 * Compiles a program unless the cache has it. Several processes that ask at once share one compilation.
 * @returns its path; it appears there only when it is complete
 * @throws {GoError} without Go, without access to a module proxy, or when the code does not compile
 * @throws the signal's reason when aborted
 */
export function compile(program: Program, options?: CompileOptions): Promise<string>

/** Version of the Go on PATH, as in `go1.26.8`; undefined without one. */
export function goVersion(): Promise<string | undefined>

/**
 * Source folder of a dependency in Go's module cache (read-only), downloaded if need be and verified against go.sum.
 * @param folder of the module that requires it
 * @param module path of the dependency
 * @throws {GoError}
 */
export function moduleSource(folder: string, module: string): Promise<string>

/** The pinned tools: one module below tools/ for each, because the versions that they depend on conflict. */
export const tools: Record<
  | 'actionlint'
  | 'controller-gen'
  | 'cosign'
  | 'cyclonus'
  | 'helm-controller'
  | 'kubeconform'
  | 'promtool'
  | 'regctl'
  | 'syft',
  Program
>
