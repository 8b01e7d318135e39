import { type Check, type Condition, isAnswer, type Result } from './check.js'
import type { Clock } from './clock.js'
import type { Keeper } from './lease/keeper.js'

/** The current state of one check. */
export interface CheckView {
  name: string
  subject: 'server' | 'volume'
  advisory: boolean
  /**
   * `unknown` when there is no result yet, or the last one is older than three intervals. One run that met a hiccup
   * (see `momentary`) leaves it as it was; the second in a row does not.
   */
  condition: Condition
  message: string
  warnings: readonly string[]
  /** How long it has been in this condition, in ms. */
  lastingMs?: number
  /** The last result, whatever was made of it; absent before the first, and when it is old. */
  last?: Result
  /** Since the last run ended; absent before the first. */
  ageMs?: number
}

/** The input of the verdicts. */
export interface View {
  checks: readonly CheckView[]
  /** The server process that is there now has answered something. Ends when a connection is refused: that process is gone. */
  started: boolean
  /** A server has answered something, ever; with a lease, since it was started under the present epoch. */
  answered: boolean
  /** For how long no check has had an answer, as far as we were watching and its volume was well; 0 after an answer. */
  silentMs: number
  /** The last answer was that it starts, recovers or stops. */
  starting: boolean
  /** The holder of the lease, when this pod waits beside it and runs no server. */
  standbyOf?: string | undefined
}

export interface Watch {
  record(check: Check, result: Result): void
  view(): View
}

/** A result is old after this many intervals. */
const staleIntervals = 3

/** May be a hiccup of a busy machine: counts when seen twice in a row. */
const momentary: ReadonlySet<Condition> = new Set(['frozen', 'saturated', 'unknown'])

interface State {
  last: Result
  /** What the view says. */
  shown: Result
  shownSince: number
}

/**
 * Keeps the last result of every check, and how long the server has been silent.
 * @param keeper of the volume's lease, if there is one. Under a new epoch the guard starts a new server in the same container,
 * which kubelet does not see: that server gets the time that a new container would get until its first answer.
 */
export function createWatch(
  checks: readonly Check[],
  clock: Clock,
  keeper?: Pick<Keeper, 'standbyOf' | 'serverEpoch'>,
): Watch {
  const states = new Map<string, State>()
  const volumes = checks.filter(check => check.subject === 'volume')
  let heardAt = Number.NEGATIVE_INFINITY
  let silentSince: number | undefined
  let started = false
  let answered = false
  let starting = false
  let epoch = keeper?.serverEpoch()

  function notice() {
    const now = keeper?.serverEpoch()
    if (now === undefined || now === epoch) return
    epoch = now
    started = answered = starting = false
    silentSince = undefined
  }

  function hear(check: Check, { at, condition }: Result) {
    // After a pause of our own (a frozen sidecar, a starved node) the silence counts anew: nobody was listening.
    if (at - heardAt > staleIntervals * check.intervalMs) silentSince = undefined
    heardAt = at
    if (isAnswer(condition)) {
      started = answered = true
      starting = condition === 'starting'
      silentSince = undefined
    } else if (condition === 'refused' || condition === 'frozen') {
      if (condition === 'refused') started = false
      silentSince ??= at
    }
  }

  return {
    record(check, result) {
      notice()
      states.set(check.name, next(states.get(check.name), result))
      if (check.subject !== 'volume') hear(check, result)
      // A server waits for its volume, and afterwards needs its time: silence counts from when the volume was well.
      if (volumes.some(({ name }) => states.get(name)?.last.condition !== 'up')) silentSince = undefined
    },
    view() {
      const now = clock.now()
      return {
        checks: checks.map(check => viewOf(check, states.get(check.name), now)),
        started,
        answered,
        silentMs: silentSince === undefined ? 0 : now - silentSince,
        starting,
        standbyOf: keeper?.standbyOf(),
      }
    },
  }
}

function next(before: State | undefined, result: Result): State {
  const hiccup =
    before?.last.condition === 'up' && before.shown.condition === 'up' && momentary.has(result.condition)
  if (hiccup) return { ...before, last: result }
  const same = before?.shown.condition === result.condition
  return { last: result, shown: result, shownSince: same ? before.shownSince : result.at }
}

function viewOf(check: Check, state: State | undefined, now: number): CheckView {
  const { name, intervalMs, subject = 'server', advisory = false } = check
  const common = { name, subject, advisory }
  if (!state) return { ...common, condition: 'unknown', message: 'has not run yet', warnings: [] }
  const { last, shown, shownSince } = state
  const ageMs = now - last.at
  if (ageMs > staleIntervals * intervalMs) {
    const message = `last result (${last.condition}) is ${Math.round(ageMs / 1000)} s old`
    return { ...common, condition: 'unknown', message, warnings: [], ageMs }
  }
  const { condition, message, warnings } = shown
  return { ...common, condition, message, warnings, lastingMs: now - shownSince, last, ageMs }
}
