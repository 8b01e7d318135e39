import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './lab-error.js'
import { stopped } from './stop.js'

export interface WaitOptions {
  /** The state that is waited for, as a clause: "the API server answers". */
  what: string
  timeoutMs: number
  intervalMs?: number
  /** The last lines of the log concerned; called only on a timeout. */
  log?: () => Promise<string[]>
  todo?: string
}

/** Longest time that one check may take. */
const checkLimitMs = 15_000

/**
 * Repeats a check until its answer is neither undefined nor false. An exception counts as "not yet"; the last one is part
 * of the timeout's message.
 * @returns the answer
 * @throws LabError on a timeout
 * @throws StoppedError when the program is stopped meanwhile
 */
export async function waitFor<T>(
  check: () => Promise<T | undefined | false>,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.timeoutMs
  let last: unknown
  for (;;) {
    stopped.throwIfAborted()
    try {
      // A check that never answers counts as "not yet": it must not extend the timeout.
      const answer = await Promise.race([check(), sleep(checkLimitMs, undefined, { ref: false })])
      if (answer !== undefined && answer !== false) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= end) break
    await sleep(options.intervalMs ?? 500)
  }
  stopped.throwIfAborted()
  const why = last instanceof Error ? `: ${last.message}` : ''
  const seen = options.log ? await options.log().catch(() => []) : []
  throw new LabError(
    `timed out after ${Math.round(options.timeoutMs / 1000)} s waiting for this: ${options.what}${why}`,
    seen,
    options.todo,
  )
}
