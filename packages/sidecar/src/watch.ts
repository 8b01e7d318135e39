import { type Check, type Condition, isAnswer, type Result } from './check.js'
import type { Clock } from './clock.js'

/** One check, as it looks now. */
export interface CheckView {
  name: string
  /** `unknown` when there is no result yet, or the last one is older than three intervals. */
  condition: Condition
  message: string
  gauges: Result['gauges']
  /** Since the last run ended; absent before the first. */
  ageMs?: number
  durationMs?: number
}

/** Everything the verdicts are given. */
export interface View {
  checks: readonly CheckView[]
  /** The server process that is there now has answered something. Ends when a connection is refused: that process is gone. */
  started: boolean
  /** A server has answered something, ever. */
  answered: boolean
  /** For how long no check has had an answer, as far as we were watching; 0 after an answer. */
  silentMs: number
  /** The last answer was that it starts, recovers or stops. */
  starting: boolean
}

export interface Watch {
  record(check: Check, result: Result): void
  view(): View
}

/** A result is old after this many intervals. */
const staleIntervals = 3

/** Keeps the last result of every check, and since when the server has been silent. */
export function createWatch(checks: readonly Check[], clock: Clock): Watch {
  const last = new Map<string, Result>()
  let recordedAt = Number.NEGATIVE_INFINITY
  let silentSince: number | undefined
  let started = false
  let answered = false
  let starting = false

  return {
    record(check, result) {
      // After a pause of our own (a frozen sidecar, a starved node) the silence counts anew: nobody was listening.
      if (result.at - recordedAt > staleIntervals * check.intervalMs) silentSince = undefined
      recordedAt = result.at
      last.set(check.name, result)
      if (isAnswer(result.condition)) {
        started = answered = true
        starting = result.condition === 'starting'
        silentSince = undefined
      } else if (result.condition === 'refused' || result.condition === 'frozen') {
        if (result.condition === 'refused') started = false
        silentSince ??= result.at
      }
    },
    view() {
      const now = clock.now()
      return {
        checks: checks.map(check => viewOf(check, last.get(check.name), now)),
        started,
        answered,
        silentMs: silentSince === undefined ? 0 : now - silentSince,
        starting,
      }
    },
  }
}

function viewOf({ name, intervalMs }: Check, result: Result | undefined, now: number): CheckView {
  if (!result) return { name, condition: 'unknown', message: 'has not run yet', gauges: [] }
  const ageMs = now - result.at
  const { condition, message, gauges, durationMs } = result
  if (ageMs <= staleIntervals * intervalMs) return { name, condition, message, gauges, ageMs, durationMs }
  const old = `last result (${condition}) is ${Math.round(ageMs / 1000)} s old`
  return { name, condition: 'unknown', message: old, gauges: [], ageMs, durationMs }
}
