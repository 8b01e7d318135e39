import { type Check, type Finding, HealthError, type Result } from './check.js'
import type { Clock } from './clock.js'

export interface Runner {
  /** Run now: something happened, such as the loss of a connection. */
  poke(): void
  stop(): void
}

/** Minimum time between two starts, however often it is poked. */
const pokeGapMs = 100

/**
 * Runs a check repeatedly, one run at a time. The deadline always ends a run: what it returns later is dropped, so a
 * server that never responds can neither block the check nor overwrite a newer result.
 */
export function startRunner(check: Check, clock: Clock, report: (result: Result) => void): Runner {
  let startedAt = Number.NEGATIVE_INFINITY
  let inFlight: AbortController | undefined
  let callOff = () => {}
  let stopped = false

  function begin() {
    const run = new AbortController()
    inFlight = run
    startedAt = clock.now()
    callOff = clock.after(check.deadlineMs, () => {
      finish(run, silence(check))
      run.abort()
    })
    attempt(check, run.signal).then(outcome => finish(run, outcome))
  }

  function finish(run: AbortController, outcome: Outcome) {
    if (run !== inFlight) return
    callOff()
    inFlight = undefined
    const at = clock.now()
    const seen = described(outcome)
    report({ ...seen, at, durationMs: at - startedAt })
    const pauseMs = seen.condition === 'up' ? check.intervalMs : (check.retryMs ?? check.intervalMs)
    schedule(startedAt + pauseMs)
  }

  function schedule(when: number) {
    if (stopped) return
    callOff()
    callOff = clock.after(Math.max(0, when - clock.now()), begin)
  }

  begin()
  return {
    poke() {
      if (!inFlight) schedule(startedAt + pokeGapMs)
    },
    stop() {
      stopped = true
      callOff()
      inFlight?.abort()
      inFlight = undefined
    },
  }
}

function silence({ subject, deadlineMs }: Check): HealthError {
  return new HealthError(
    subject === 'volume' ? 'storage-hung' : 'frozen',
    `no response within ${deadlineMs} ms`,
  )
}

type Outcome = Finding | Error

/** Never rejects, also when `run` throws before it returns a promise. */
async function attempt(check: Check, signal: AbortSignal): Promise<Outcome> {
  try {
    return await check.run(signal)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function described(outcome: Outcome): Omit<Result, 'at' | 'durationMs'> {
  if (outcome instanceof HealthError) {
    return { ...filled(outcome.finding), condition: outcome.healthClass, message: outcome.message }
  }
  if (outcome instanceof Error) {
    return { ...filled({}), condition: 'unknown', message: `${outcome.name}: ${outcome.message}` }
  }
  return { ...filled(outcome), condition: 'up', message: '' }
}

function filled({ samples = [], warnings = [], steps = {} }: Finding) {
  return { samples, warnings, steps }
}
