import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Answer } from './canary-run.js'

/** Touches the volume in a process of its own, so that this one need not. */
export interface Canary {
  folder: string
  /** For how long the last question has had no answer, in ms; 0 when none is open. */
  silentMs(): number
  /**
   * One run, when none is open: there is never a second process. Settles when the answer is there, however long that takes.
   * @throws Error when the process is not there in time, or has ended without an answer; the next run starts another one
   */
  ask(): Promise<Answer>
  /**
   * Lets go of the process: it ends with its input. If it hangs it ends when the volume answers or, where such a wait can be
   * ended (NFS), with the container; until then the kernel keeps the container, empty but for it.
   */
  close(): void
}

/**
 * Starting Node.js costs more than a hundred runs do, so the process is kept. Without the compiler and its threads it has
 * 9 MiB of its own; the rest is the program, which is in memory already.
 */
const flags = ['--jitless', '--v8-pool-size=0', '--max-semi-space-size=1', '--max-old-space-size=8']

/** On a busy machine. That the process is late is no word about the volume. */
const startLimitMs = 2_000

/**
 * @param folder absolute
 * @param file the bundle of storage-canary.ts; beside our own when absent
 */
export function keepCanary(
  folder: string,
  file: URL = new URL('storage-canary.mjs', import.meta.url),
): Canary {
  let current: Running | undefined
  return {
    folder,
    ask() {
      current ??= start(folder, file, () => {
        current = undefined
      })
      return current.ask()
    },
    silentMs: () => current?.silentMs() ?? 0,
    close: () => current?.release(),
  }
}

interface Running {
  silentMs(): number
  ask(): Promise<Answer>
  release(): void
}

function start(folder: string, file: URL, ended: () => void): Running {
  // Standard error is nobody's: a process that hangs must not keep a pipe of ours open.
  const child = spawn(process.execPath, [...flags, fileURLToPath(file), folder], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const lines = createInterface({ input: child.stdout })
  const gone = new AbortController()
  const end = (reason: Error) => {
    gone.abort(reason)
    ended()
  }
  child.once('error', end)
  child.once('exit', (code, signal) => end(new Error(`the canary process has ended: ${signal ?? code}`)))
  child.stdin.on('error', () => {}) // its end is told above

  async function nextLine(): Promise<string> {
    try {
      const [line] = await once(lines, 'line', { signal: gone.signal })
      return line
    } catch {
      throw gone.signal.reason
    }
  }

  const ready = nextLine()
  ready.catch(() => {})
  let askedAt: number | undefined

  return {
    silentMs: () => (askedAt === undefined ? 0 : performance.now() - askedAt),
    async ask() {
      await inTime(ready)
      askedAt = performance.now()
      child.stdin.write('\n')
      try {
        return JSON.parse(await nextLine())
      } finally {
        askedAt = undefined
      }
    },
    release() {
      child.stdin.destroy()
      child.stdout.destroy()
      child.unref()
    },
  }
}

async function inTime(ready: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    const error = new Error(`the canary process is not there after ${startLimitMs} ms`)
    timer = setTimeout(() => reject(error), startLimitMs)
  })
  try {
    await Promise.race([ready, late])
  } finally {
    clearTimeout(timer)
  }
}
