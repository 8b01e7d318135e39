import type { ChildProcess } from 'node:child_process'
import { setMaxListeners } from 'node:events'

/** Thrown by work that begins or ends after `stopAll`. */
export class StoppedError extends Error {
  override name = 'StoppedError'
}

/** After this time, processes that ignore SIGTERM get SIGKILL. */
const killAfterMs = 3_000

const controller = new AbortController()

/** Aborted by `stopAll`. */
export const stopped: AbortSignal = controller.signal
setMaxListeners(0, stopped) // one listener for each command that runs

/**
 * Stops everything: commands that run get SIGTERM, with their children, and no other is started. Waits in progress end
 * with a StoppedError. Cannot be undone: the program is about to exit.
 */
export function stopAll(): void {
  controller.abort(new StoppedError('stopped'))
}

/** Ends a child process on `stopAll`. @param group whether it leads a process group, which then gets the signal */
export function endOnStop(child: Pick<ChildProcess, 'pid' | 'kill' | 'once'>, group: boolean): void {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (group && child.pid) process.kill(-child.pid, signal)
      else child.kill(signal)
    } catch {} // it ended in this moment
  }
  const end = () => {
    send('SIGTERM')
    setTimeout(send, killAfterMs, 'SIGKILL').unref()
  }
  stopped.addEventListener('abort', end, { once: true })
  child.once('exit', () => stopped.removeEventListener('abort', end))
}
