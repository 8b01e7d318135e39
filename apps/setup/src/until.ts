import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal, reason } from './failure.js'
import type { Settings } from './settings.js'

/** How long to try, and who hears of it. Times in milliseconds. */
export interface Patience {
  timeoutMs: number
  /** Pause between two tries. */
  everyMs?: number
  /** The same reason is told again after this time. */
  remindMs?: number
  signal?: AbortSignal
  say?: (line: string) => void
}

/** SETUP_TIMEOUT_SECONDS: half an hour, as a first start with slow pulls may take, unless it is set. */
export function patienceFrom(settings: Settings): Patience {
  return { timeoutMs: settings.number('SETUP_TIMEOUT_SECONDS', 1_800, 1, 86_400) * 1_000 }
}

/**
 * Tries until it works, and says why it does not: each new reason at once, the same one every half minute.
 * @param goal what is waited for, as in "waiting for GOAL: connection refused"
 * @param attempt throws while the goal is not reached; a Refusal ends the waiting
 * @returns what the attempt returned
 * @throws Refusal from the attempt, or an Error with the last reason when the time is up
 */
export async function until<T>(goal: string, attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { timeoutMs, everyMs = 2_000, remindMs = 30_000, signal, say = console.log } = patience
  const began = performance.now()
  let said = { why: '', at: 0 }
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof Refusal) throw error
      const why = reason(error)
      const now = performance.now()
      if (now - began + everyMs > timeoutMs) {
        throw new Error(`gave up waiting for ${goal} after ${Math.round((now - began) / 1000)} s: ${why}`)
      }
      if (why !== said.why || now - said.at >= remindMs) {
        say(`waiting for ${goal}: ${why}`)
        said = { why, at: now }
      }
    }
    await sleep(everyMs, undefined, signal ? { signal } : {})
  }
}
