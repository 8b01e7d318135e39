import { setTimeout as sleep } from 'node:timers/promises'
import { LabError } from './exec.js'

export interface WaitOptions {
  /** What is waited for: "the API server answers". */
  what: string
  timeoutMs: number
  intervalMs?: number
  /** The last lines of the log concerned, asked for only when the time is up. */
  log?: () => Promise<string[]>
  todo?: string
}

/** Longest time that one check may take. */
const checkLimitMs = 15_000

/**
 * Asks until the answer is neither undefined nor false. What `check` throws counts as "not yet" and is told at the end.
 * @returns the answer
 * @throws LabError when the time is up
 */
export async function waitFor<T>(
  check: () => Promise<T | undefined | false>,
  options: WaitOptions,
): Promise<T> {
  const end = performance.now() + options.timeoutMs
  let last: unknown
  for (;;) {
    try {
      // A check that never answers counts as "not yet": it must not hold the wait up for ever.
      const answer = await Promise.race([check(), sleep(checkLimitMs, undefined, { ref: false })])
      if (answer !== undefined && answer !== false) return answer
      last = undefined
    } catch (error) {
      last = error
    }
    if (performance.now() >= end) break
    await sleep(options.intervalMs ?? 500)
  }
  const why = last instanceof Error ? `: ${last.message}` : ''
  const seen = options.log ? await options.log().catch(() => []) : []
  throw new LabError(
    `waited ${Math.round(options.timeoutMs / 1000)} s in vain for this: ${options.what}${why}`,
    seen,
    options.todo,
  )
}
