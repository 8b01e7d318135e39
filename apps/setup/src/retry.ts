import { setTimeout as sleep } from 'node:timers/promises'
import { type Settings, seconds } from '@bluecore/settings'
import * as z from 'zod/mini'
import { PermanentError, reason } from './errors.js'

/** How long to retry, and where the reasons go. Times in ms. */
export interface RetryOptions {
  timeoutMs: number
  /** Pause between two attempts. */
  everyMs?: number
  /** The same reason is logged again after this time. */
  remindMs?: number
  signal?: AbortSignal
  log?: (line: string) => void
}

/** @param fallback in s, unless the setting is given */
export function timeoutShape(fallback: number) {
  return { SETUP_TIMEOUT_SECONDS: z._default(seconds(1, 86_400), fallback) }
}

/** Half an hour: a first start with slow image pulls may take that long. */
export const waitShape = timeoutShape(1_800)

export function timeoutMs(settings: Settings<typeof waitShape>): number {
  return settings.SETUP_TIMEOUT_SECONDS * 1_000
}

/**
 * Tries until it works, and logs why it does not: each new reason at once, the same one every half minute.
 * @param goal what is waited for, as in "waiting for GOAL: connection refused"
 * @param attempt throws while the goal is not reached; a PermanentError ends the waiting
 * @returns what the attempt returned
 * @throws PermanentError from the attempt, or an Error with the last reason on timeout
 */
export async function retry<T>(goal: string, attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { timeoutMs, everyMs = 2_000, remindMs = 30_000, signal, log = console.log } = options
  const began = performance.now()
  let logged = { why: '', at: 0 }
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof PermanentError) throw error
      const why = reason(error)
      const now = performance.now()
      if (now - began + everyMs > timeoutMs) {
        throw new Error(`timed out after ${Math.round((now - began) / 1000)} s waiting for ${goal}: ${why}`)
      }
      if (why !== logged.why || now - logged.at >= remindMs) {
        log(`waiting for ${goal}: ${why}`)
        logged = { why, at: now }
      }
    }
    await sleep(everyMs, undefined, signal ? { signal } : {})
  }
}
