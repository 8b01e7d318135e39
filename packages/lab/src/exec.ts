import { execa } from 'execa'

/** A failure told to the user: what failed, what was seen, what to do. */
export class LabError extends Error {
  override name = 'LabError'
  /**
   * @param message what failed, one line
   * @param seen last lines of the log concerned
   * @param todo what the user can do
   */
  constructor(
    message: string,
    readonly seen: readonly string[] = [],
    readonly todo?: string,
  ) {
    super(message)
  }
}

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  /** Text for standard input; without it the command gets none. */
  input?: string
  /** Called with each line of output, as it comes. */
  onLine?: (line: string) => void
  timeoutMs?: number
  /** What to do when it fails. */
  todo?: string
}

/**
 * Runs a command to its end.
 * @returns standard output without the last newline
 * @throws LabError with the last 15 lines of its output if it cannot be started, ends with another code than 0, or takes too long
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const child = execa(file, args, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: options.env } : {}),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
    all: true,
    reject: false,
    maxBuffer: 64 * 1024 * 1024,
  })
  if (options.onLine) {
    const { onLine } = options
    void (async () => {
      for await (const line of child.iterable({ from: 'all' })) onLine(String(line))
    })().catch(() => {}) // how it ended is told below
  }
  const result = await child
  if (!result.failed) return String(result.stdout)
  const how = result.timedOut
    ? `took longer than ${options.timeoutMs} ms`
    : result.exitCode === undefined
      ? (result.shortMessage ?? 'could not be run')
      : `exit code ${result.exitCode}`
  throw new LabError(
    `${file} ${args.slice(0, 3).join(' ')}: ${how}`,
    lastLines(String(result.all ?? '')),
    options.todo,
  )
}

/** As `run`, but tells failure by `undefined`: for questions whose "no" is an answer. */
export async function ask(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string | undefined> {
  try {
    return await run(file, args, options)
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

/** The last lines of a log that say something. */
export function lastLines(text: string, count = 15): string[] {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '')
    .slice(-count)
}

/** A command that needs root: through sudo when we are not. */
export function privileged(file: string, args: readonly string[]): [string, string[]] {
  return process.getuid?.() === 0 ? [file, [...args]] : ['sudo', [file, ...args]]
}
