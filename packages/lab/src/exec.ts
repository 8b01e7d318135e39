import { execa } from 'execa'
import { LabError } from './lab-error.js'
import { endOnStop, stopped } from './stop.js'

export interface RunOptions {
  cwd?: string
  env?: Record<string, string>
  /** Text for standard input; without it the command gets none. */
  input?: string
  /** Called with each line of output, as it comes. */
  onLine?: (line: string) => void
  timeoutMs?: number
  /** Runs at low CPU priority: a build that must not slow down what runs beside it. */
  background?: boolean
  /** Selects the lines of the output that say why it failed; by default the last 15. */
  reason?: (output: string) => string[]
  /** What the user can do when it fails. */
  todo?: string
}

/**
 * Runs a command to its end. It gets a process group of its own, so that `stopAll` also reaches its children.
 * @returns standard output without the last newline
 * @throws LabError with lines of its output if it cannot be started, exits with another code than 0, or times out
 */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  stopped.throwIfAborted()
  const [command, ...rest] = options.background ? ['nice', '-n', '10', file, ...args] : [file, ...args]
  const child = execa(command, rest, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    ...(options.env ? { env: options.env } : {}),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.timeoutMs ? { timeout: options.timeoutMs } : {}),
    all: true,
    reject: false,
    // sudo looks up the credentials of `sudo -v` by terminal, which a new session would not have; it forwards signals.
    detached: file !== 'sudo',
    maxBuffer: 64 * 1024 * 1024,
  })
  endOnStop(child, file !== 'sudo')
  if (options.onLine) {
    const { onLine } = options
    void (async () => {
      for await (const line of child.iterable({ from: 'all' })) onLine(String(line))
    })().catch(() => {}) // the result below says how the command ended
  }
  const result = await child
  stopped.throwIfAborted()
  if (!result.failed) return String(result.stdout)
  const how = result.timedOut
    ? `took longer than ${options.timeoutMs} ms`
    : result.exitCode === undefined
      ? (result.shortMessage ?? 'could not be run')
      : `exit code ${result.exitCode}`
  throw new LabError(
    `${file} ${args.slice(0, 3).join(' ')}: ${how}`,
    (options.reason ?? lastLines)(String(result.all ?? '')),
    options.todo,
  )
}

/** Like `run`, but returns undefined on failure: for questions that may be answered with no. */
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

/** The last lines of a text that are not empty. */
export function lastLines(text: string, count = 15): string[] {
  return text
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line !== '')
    .slice(-count)
}

/** A command that needs root: run by sudo when this process is not root. */
export function privileged(file: string, args: readonly string[]): [string, string[]] {
  return process.getuid?.() === 0 ? [file, [...args]] : ['sudo', [file, ...args]]
}
