import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { type Check, conditions, type Result, type Sample } from './check.js'
import type { Verdicts } from './status.js'
import type { CheckView } from './watch.js'

/** The input of one scrape. */
export interface Scrape {
  checks: readonly CheckView[]
  /** Absent on a standby, which has no server, as is `up`: no alert may take it for one. */
  verdicts?: Verdicts
  /** The server answered when it was asked last: what the exporters call `up`. */
  up?: boolean
  heartbeatAgeMs: number
}

export interface Metrics {
  observe(check: Check, result: Result): void
  /** Prometheus text of what is known already; asks no server. */
  render(scrape: Scrape): Promise<string>
  contentType: string
}

/** From a query served from memory to a NAS that is about to be reported as hung. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** @param prefix of the server's own numbers, as the usual exporters have it: `pg`, `redis`, `elasticsearch` */
export function createMetrics(prefix: string): Metrics {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  const histogram = (name: string, help: string, labelNames: string[]) =>
    new Histogram({ name, help, labelNames, buckets, registers })

  const up = gauge(
    `${prefix}_up`,
    'Whether the server answered, whatever it said; bluecore_verdict says whether it is ready.',
  )
  const beat = gauge('bluecore_heartbeat_age_seconds', 'Age of the last beat of the event loop.')
  const verdict = gauge('bluecore_verdict', 'Answer to each probe: 1 passes, 0 fails.', ['probe'])
  const checkUp = gauge('bluecore_check_up', 'Whether the check found it well.', ['check'])
  const checkClass = gauge('bluecore_check_class', '1 for what the check found, 0 for the rest.', [
    'check',
    'class',
  ])
  const warnings = gauge('bluecore_check_warnings', 'How many warnings the check has.', ['check'])
  const age = gauge('bluecore_check_age_seconds', 'Age of the last result of the check.', ['check'])
  const runs = new Counter({
    name: 'bluecore_check_runs_total',
    help: 'Ended runs of the check by what they found.',
    labelNames: ['check', 'class'],
    registers,
  })
  const duration = histogram('bluecore_check_duration_seconds', 'Length of a run, failed ones included.', [
    'check',
  ])
  const step = histogram('bluecore_check_step_duration_seconds', 'Length of a part of a run.', [
    'check',
    'step',
  ])
  const renderSamples = createSamplesRenderer(prefix)
  return {
    observe(check, result) {
      runs.inc({ check: check.name, class: result.condition })
      duration.observe({ check: check.name }, result.durationMs / 1000)
      for (const [name, ms] of Object.entries(result.steps))
        step.observe({ check: check.name, step: name }, ms / 1000)
    },
    async render(scrape) {
      for (const gauge of [verdict, checkUp, checkClass, warnings, age]) gauge.reset()
      if (scrape.up === undefined) up.remove()
      else up.set(Number(scrape.up))
      beat.set(scrape.heartbeatAgeMs / 1000)
      for (const [probe, { status }] of Object.entries(scrape.verdicts ?? {}))
        verdict.set({ probe }, Number(status !== 'fail'))
      for (const { name, condition, ...check } of scrape.checks) {
        checkUp.set({ check: name }, Number(condition === 'up'))
        warnings.set({ check: name }, check.warnings.length)
        for (const known of conditions)
          checkClass.set({ check: name, class: known }, Number(condition === known))
        if (check.ageMs !== undefined) age.set({ check: name }, check.ageMs / 1000)
      }
      const samples = await Promise.all(scrape.checks.map(renderSamples))
      return [await registry.metrics(), ...samples].join('')
    },
    contentType: registry.contentType,
  }
}

/**
 * The checks' own numbers: in the text only while they are known, never stale or 0 instead. The text of a result is made
 * once, however many scrape it. A name belongs to one check.
 */
function createSamplesRenderer(prefix: string): (view: CheckView) => Promise<string> {
  const texts = new WeakMap<Result, Promise<string>>()
  return ({ name, subject, last }) => {
    if (!last?.samples.length) return Promise.resolve('')
    const text =
      texts.get(last) ?? renderSamples(subject === 'volume' ? 'bluecore' : prefix, name, last.samples)
    texts.set(last, text)
    return text
  }
}

function renderSamples(prefix: string, check: string, samples: readonly Sample[]): Promise<string> {
  const registry = new Registry()
  for (const { name, value, type, labels = {} } of samples) {
    const fullName = `${prefix}_${name}`
    const configuration = {
      name: fullName,
      help: `As seen by the check ${check}.`,
      labelNames: Object.keys(labels),
      registers: [registry],
    }
    const known = registry.getSingleMetric(fullName)
    if (type === 'counter') {
      const counter = (known as Counter | undefined) ?? new Counter(configuration)
      counter.inc(labels, value)
    } else {
      const gauge = (known as Gauge | undefined) ?? new Gauge(configuration)
      gauge.set(labels, value)
    }
  }
  return registry.metrics()
}
