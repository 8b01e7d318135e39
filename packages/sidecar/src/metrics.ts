import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type Check, conditions, type Result } from './check.js'
import type { Verdict } from './verdicts.js'
import type { CheckView } from './watch.js'

/** What one scrape is told. */
export interface Scrape {
  checks: readonly CheckView[]
  verdicts: Readonly<Record<string, Verdict>>
  /** The server can be used: what the exporters call `up`. */
  up: boolean
  heartbeatAgeMs: number
}

export interface Metrics {
  observe(check: Check, result: Result): void
  /** Prometheus text of what is known already; asks no server. */
  render(scrape: Scrape): Promise<string>
  contentType: string
}

/** @param prefix of the server's own numbers, as the usual exporters have it: `pg`, `redis`, `elasticsearch` */
export function createMetrics(prefix: string): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })

  const up = gauge(`${prefix}_up`, 'Whether the server can be used now.')
  const beat = gauge('bluecore_heartbeat_age_seconds', 'Age of the last beat of the event loop.')
  const verdict = gauge('bluecore_verdict', 'Answer to each probe: 1 passes, 0 fails.', ['probe'])
  const checkUp = gauge('bluecore_check_up', 'Whether the check found the server well.', ['check'])
  const checkClass = gauge('bluecore_check_class', '1 for what the check found, 0 for the rest.', [
    'check',
    'class',
  ])
  const age = gauge('bluecore_check_age_seconds', 'Age of the last result of the check.', ['check'])
  const runs = new Counter({
    name: 'bluecore_check_runs_total',
    help: 'Ended runs of the check by what they found.',
    labelNames: ['check', 'class'],
    registers,
  })
  const duration = new Histogram({
    name: 'bluecore_check_duration_seconds',
    help: 'Length of a run of the check, failed ones included.',
    labelNames: ['check'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  })
  return {
    observe(check, result) {
      runs.inc({ check: check.name, class: result.condition })
      duration.observe({ check: check.name }, result.durationMs / 1000)
    },
    async render(scrape) {
      up.set(Number(scrape.up))
      beat.set(scrape.heartbeatAgeMs / 1000)
      for (const [probe, { status }] of Object.entries(scrape.verdicts))
        verdict.set({ probe }, Number(status === 'pass'))
      for (const check of scrape.checks) {
        checkUp.set({ check: check.name }, Number(check.condition === 'up'))
        for (const name of conditions) {
          checkClass.set({ check: check.name, class: name }, Number(check.condition === name))
        }
        if (check.ageMs !== undefined) age.set({ check: check.name }, check.ageMs / 1000)
      }
      return `${await registry.metrics()}${await renderNumbers(prefix, scrape.checks)}`
    },
    contentType: registry.contentType,
  }
}

/** The checks' own numbers. Made anew for each scrape, so that one which is not known now is absent, not stale or 0. */
function renderNumbers(prefix: string, checks: readonly CheckView[]): Promise<string> {
  const registry = new Registry()
  for (const check of checks) {
    for (const { name, value, labels = {} } of check.gauges) {
      const known = registry.getSingleMetric(`${prefix}_${name}`) as Gauge | undefined
      const number = known ?? newNumber(`${prefix}_${name}`, check.name, labels, registry)
      number.set(labels, value)
    }
  }
  return registry.metrics()
}

function newNumber(name: string, check: string, labels: object, registry: Registry): Gauge {
  return new Gauge({
    name,
    help: `As seen by the check ${check}.`,
    labelNames: Object.keys(labels),
    registers: [registry],
  })
}
