import { concernsOf, type Verdict } from './verdicts.js'
import type { CheckView, View } from './watch.js'

/** The verdicts by their path's name. */
export type Verdicts = Readonly<Record<'startupz' | 'readyz' | 'livez', Verdict>>

export interface StatusInput {
  /** What is looked at: `postgres`. */
  server: string
  verdicts: Verdicts
  view: View
  /** Wall time in ms, for the moments of observation. */
  now: number
  /** Also each check's numbers, its last run, and why each probe answers as it does. */
  verbose: boolean
}

/**
 * The view as `application/health+json`: each check under `NAME:responseTime` with its class and age, and when verbose
 * each of its numbers under `NAME:NUMBER`.
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export function statusDocument({ server, verdicts, view, now, verbose }: StatusInput) {
  const { status, reason } = verdicts.readyz
  return {
    status,
    serviceId: server,
    ...(status !== 'pass' && { output: reason }),
    ...(verbose && { verdicts, silentSeconds: round(view.silentMs / 1000) }),
    checks: Object.fromEntries(view.checks.flatMap(check => measurements(check, now, verbose))),
  }
}

function measurements(check: CheckView, now: number, verbose: boolean) {
  const { name, condition, message, last, ageMs, lastingMs } = check
  const concerns = concernsOf(check)
  const common = {
    componentType: check.subject === 'volume' ? 'system' : 'datastore',
    status: condition !== 'up' && !check.advisory ? 'fail' : concerns.length > 0 ? 'warn' : 'pass',
    ...(ageMs !== undefined && { time: new Date(now - ageMs).toISOString() }),
  }
  const output = [message, ...check.warnings].filter(Boolean).join('; ')
  const responseTime = {
    ...common,
    class: condition,
    ...(ageMs !== undefined && { ageSeconds: round(ageMs / 1000) }),
    ...(lastingMs !== undefined && { lastingSeconds: round(lastingMs / 1000) }),
    ...(last && { observedValue: round(last.durationMs), observedUnit: 'ms' }),
    ...(output && { output }),
    ...(verbose && last && { lastRun: { class: last.condition, message: last.message, steps: last.steps } }),
  }
  const numbers = new Map<string, object[]>()
  for (const { name: sample, value, labels } of verbose ? (last?.samples ?? []) : []) {
    const key = `${name}:${sample}`
    numbers.set(key, [...(numbers.get(key) ?? []), { ...common, ...labels, observedValue: value }])
  }
  return [[`${name}:responseTime`, [responseTime]] as const, ...numbers]
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
