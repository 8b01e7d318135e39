import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/** What one run found. */
export interface Answer {
  /** How long each step took that was done, in ms. */
  steps: Record<string, number>
  /** In bytes and in files. A file system that does not count its files has 0 of 0. */
  space?: { free: number; size: number; freeFiles: number; files: number }
  /** What did not work: the system call, and why. */
  failed?: { call: string; code: string }
}

const block = Buffer.alloc(4096, 'bluecore\n')
const suffix = '.canary'

/** What a process leaves behind that was killed between two steps is of nobody after this long. */
const leftoverMs = 3_600_000

/**
 * Makes a file in the folder, as durable as a server's: written, synced, renamed. Then takes it away. Blocks for as long
 * as the volume does.
 * @param name unlike that of any other process on the same volume
 */
export function runOnce(folder: string, name: string): Answer {
  const answer: Answer = { steps: {} }
  const temporary = join(folder, `${name}.new${suffix}`)
  const final = join(folder, `${name}${suffix}`)

  const timed = <T>(step: string, work: () => T): T => {
    const begun = performance.now()
    const result = work()
    answer.steps[step] = performance.now() - begun
    return result
  }

  try {
    makeFolder(folder)
    answer.space = spaceOf(folder)
    const file = openSync(temporary, 'w', 0o600)
    try {
      timed('write', () => writeFileSync(file, block))
      timed('fsync', () => fsyncSync(file)) // before the closing, at which NFS would sync too
    } finally {
      closeSync(file)
    }
    timed('rename', () => renameSync(temporary, final))
    timed('unlink', () => unlinkSync(final))
  } catch (error) {
    answer.failed = failureOf(error)
    removeIfPossible(temporary, final)
  }
  return answer
}

/**
 * Removes what others of its kind have left in the folder, long ago. Best effort: if the volume is unwell, the next run
 * says so.
 */
export function removeLeftovers(folder: string, now = Date.now()): void {
  try {
    const old = readdirSync(folder)
      .filter(name => name.endsWith(suffix))
      .map(name => join(folder, name))
      .filter(path => now - statSync(path).mtimeMs > leftoverMs)
    removeIfPossible(...old)
  } catch {}
}

/** Not with its parents: a path that is missing above it is a volume that is not mounted. */
function makeFolder(folder: string) {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (failureOf(error).code !== 'EEXIST') throw error
  }
}

function spaceOf(folder: string): NonNullable<Answer['space']> {
  const { bsize, bavail, blocks, ffree, files } = statfsSync(folder)
  return { free: bavail * bsize, size: blocks * bsize, freeFiles: ffree, files }
}

function removeIfPossible(...paths: string[]) {
  for (const path of paths) {
    try {
      rmSync(path, { force: true })
    } catch {}
  }
}

function failureOf(error: unknown): { call: string; code: string } {
  const { syscall, code, message } = error as NodeJS.ErrnoException
  return { call: syscall ?? 'run', code: code ?? message }
}
