import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Claim, Answer as LeaseAnswer, VolumeOperation } from '@bluecore/lease'
import type { Answer as CanaryAnswer } from './canary-run.js'

/** A run of the canary in its folder, or an operation on the lease in its own. */
export type Request =
  | { folder: string }
  | { folder: string; self: Omit<Claim, 'epoch'>; operation: VolumeOperation }

/** Touches the volume in a process of its own, so that this one need not. */
export interface StorageIo {
  /**
   * Requests are carried out one after another: there is never a second process. Settles when the answer is there, however
   * long that takes.
   * @throws Error when the process is not there in time, or has ended without an answer; the next request starts another one
   */
  ask(request: Extract<Request, { operation: VolumeOperation }>): Promise<LeaseAnswer>
  ask(request: { folder: string }): Promise<CanaryAnswer>
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

/** @param file the bundle of storage-io.ts; beside our own when absent */
export function keepStorageIo(file: URL = new URL('storage-io.mjs', import.meta.url)): StorageIo {
  let current: Running | undefined
  let last: Promise<unknown> = Promise.resolve()
  return {
    ask<T>(request: Request): Promise<T> {
      const answer = last.then(() => {
        current ??= start(file, () => {
          current = undefined
        })
        return current.ask<T>(request)
      })
      last = answer.catch(() => {})
      return answer
    },
    close: () => current?.release(),
  }
}

interface Running {
  ask<T>(request: Request): Promise<T>
  release(): void
}

function start(file: URL, ended: () => void): Running {
  // Standard error is nobody's: a process that hangs must not keep a pipe of ours open.
  const child = spawn(process.execPath, [...flags, fileURLToPath(file)], {
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
  child.once('exit', (code, signal) => end(new Error(`the storage process has ended: ${signal ?? code}`)))
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

  return {
    async ask<T>(request: Request) {
      await inTime(ready)
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return JSON.parse(await nextLine()) as T
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
    const error = new Error(`the storage process is not there after ${startLimitMs} ms`)
    timer = setTimeout(() => reject(error), startLimitMs)
  })
  try {
    await Promise.race([ready, late])
  } finally {
    clearTimeout(timer)
  }
}
