import type { Verdict } from './verdicts.js'
import type { CheckView, View } from './watch.js'

/**
 * The view as `application/health+json`: each check under `NAME:responseTime` with its class and age, and each of its
 * numbers under `NAME:NUMBER`.
 * @param server what is looked at, such as `postgres`
 * @param now wall time in ms, for the moments of observation
 * @see https://datatracker.ietf.org/doc/html/draft-inadarei-api-health-check-06
 */
export function statusDocument(server: string, verdict: Verdict, view: View, now: number) {
  return {
    status: verdict.status,
    serviceId: server,
    ...(verdict.status === 'fail' && { output: verdict.reason }),
    checks: Object.fromEntries(view.checks.flatMap(check => measurements(check, now))),
  }
}

function measurements(check: CheckView, now: number) {
  const common = {
    componentType: 'datastore',
    status: check.condition === 'up' ? 'pass' : 'fail',
    ...(check.ageMs !== undefined && { time: new Date(now - check.ageMs).toISOString() }),
  }
  const responseTime = {
    ...common,
    class: check.condition,
    ...(check.ageMs !== undefined && { ageSeconds: round(check.ageMs / 1000) }),
    ...(check.durationMs !== undefined && { observedValue: round(check.durationMs), observedUnit: 'ms' }),
    ...(check.message && { output: check.message }),
  }
  const numbers = new Map<string, object[]>()
  for (const { name, value, labels } of check.gauges) {
    const key = `${check.name}:${name}`
    numbers.set(key, [...(numbers.get(key) ?? []), { ...common, ...labels, observedValue: value }])
  }
  return [[`${check.name}:responseTime`, [responseTime]] as const, ...numbers]
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
