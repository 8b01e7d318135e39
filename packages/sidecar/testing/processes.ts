import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { until } from './wait.js'

/** A server's process with all that it has forked. */
export interface ProcessTree {
  /** What it has written so far, both streams. */
  output(): string
  signal(signal: NodeJS.Signals): void
  /**
   * SIGKILL to all of it at once, as when a container is killed. Waits until all have ended, as a server does not start
   * on data that one of the old processes still holds; but not for one that hangs in its volume.
   */
  kill(): Promise<void>
  /** Of the first process. */
  pid(): number
  ended(): boolean
}

export function startTree(command: string, args: readonly string[], options: SpawnOptions = {}): ProcessTree {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer) => {
    output += chunk
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  child.on('error', error => {
    output += `${error.message}\n`
  })
  const members = () => (child.pid ? treeOf(child.pid) : [])
  const signal = (name: NodeJS.Signals) => {
    for (const pid of members()) killIfThere(pid, name)
  }
  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  return {
    output: () => output,
    signal,
    async kill() {
      if (ended()) return
      const exit = once(child, 'exit')
      const processes = members()
      signal('SIGKILL')
      await exit
      await until('all have ended', () => processes.every(hasEnded), 10_000).catch(() => {})
    },
    pid() {
      if (child.pid === undefined) throw new Error(`${command} was not started`)
      return child.pid
    },
    ended,
  }
}

/**
 * Runs a command to its end.
 * @param input for its standard input, which is empty otherwise
 * @returns what it wrote, both streams
 * @throws with the same when it fails
 */
export async function run(
  command: string,
  args: readonly string[],
  options: SpawnOptions & { input?: string } = {},
) {
  const child = spawn(command, args, {
    ...options,
    stdio: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', chunk => {
      output += chunk
    })
  }
  child.stdin?.end(options.input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${output}`)
  return output.trim()
}

/** The process and its descendants, parents first, so that a stopped parent cannot fork more. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)]
}

// Only the files of the tree itself are read: those of a stranger in trouble may block for as long as its trouble lasts.
export function childrenOf(pid: number): number[] {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`)
    const children = tasks.flatMap(
      task => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').match(/\d+/g) ?? [],
    )
    return children.map(Number)
  } catch {
    return [] // it has ended meanwhile
  }
}

/** Sends the signal, unless the process has ended. Throws any error of kill(2) but ESRCH. */
export function killIfThere(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** As in proc_pid_stat(5): `D` waits and no signal ends the wait; undefined when there is no such process. */
export function stateOf(pid: number): string | undefined {
  try {
    return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
  } catch {
    return undefined
  }
}

/** Also when nobody has waited for it yet. */
export function hasEnded(pid: number): boolean {
  return [undefined, 'Z', 'X'].includes(stateOf(pid))
}
