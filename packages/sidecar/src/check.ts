/** How a server can fail. The order is that of the metric and of the documentation, not of severity. */
const healthClasses = [
  'refused', // nothing listens, or the connection was cut
  'starting', // it responds that it is starting, recovering or stopping
  'saturated', // it has no capacity for another client
  'auth', // it rejects our login
  'readonly', // it accepts no writes
  'persistence', // it cannot persist data
  'storage-hung', // its volume does not respond
  'no-lease', // its pod may not write to the volume
  'frozen', // it is connected and silent
] as const

export type HealthClass = (typeof healthClasses)[number]

/** The state of one check: up, one of the failures above, or unknown (never ran, too old, a bug of ours). */
export type Condition = 'up' | HealthClass | 'unknown'

export const conditions: readonly Condition[] = ['up', ...healthClasses, 'unknown']

/**
 * Did the server itself respond? A refusal comes from the kernel, `frozen` is no response at all, `unknown` is ours, and
 * `storage-hung` and `no-lease` are observed on the volume.
 */
export function isAnswer(condition: Condition): boolean {
  return !['refused', 'frozen', 'storage-hung', 'no-lease', 'unknown'].includes(condition)
}

/** One measured value. */
export interface Sample {
  /** Prometheus name without the server's prefix, unit last: `postmaster_start_time_seconds`. */
  name: string
  value: number
  /** `gauge` when absent. A counter's name ends in `_total`, unless the usual exporter has another one. */
  type?: 'counter' | 'gauge'
  /** Few and fixed values only: each combination is a time series. Never text from the server. */
  labels?: Readonly<Record<string, string>>
}

/** What a successful run found. */
export interface Finding {
  samples?: readonly Sample[]
  /** Problems to come, a sentence each. They never make a probe fail. */
  warnings?: readonly string[]
  /** How long the parts took, in ms, by name: `fsync`. Kept as a histogram. */
  steps?: Readonly<Record<string, number>>
}

/** Why a check fails: one of the classes, and a sentence with what was observed. Must not contain secrets. */
export class HealthError extends Error {
  override readonly name = 'HealthError'

  /** @param finding what was observed despite the failure */
  constructor(
    readonly healthClass: HealthClass,
    message: string,
    readonly finding: Finding = {},
  ) {
    super(message)
  }
}

/** One question to the server, or to its volume. Runs in the background; requests only read its last result. */
export interface Check {
  /** kebab-case; a label of the metrics and a key of /status. */
  name: string
  /** From one start to the next while it passes. Longer than `retryMs`: a failing check runs again sooner. */
  intervalMs: number
  /** Shorter than the interval and `retryMs`. A run that takes longer counts as no response, whatever it returns later. */
  deadlineMs: number
  /** From the start of a failed run to the next one; the interval when absent. */
  retryMs?: number
  /**
   * What it examines. The volume is no sign of life of the server: only `server` decides /startupz and the silence that
   * /livez counts. `server` when absent.
   */
  subject?: 'server' | 'volume'
  /** A failure is only a warning: worth knowing, but no reason to take the server out of service. */
  advisory?: boolean
  /**
   * @param signal aborted at the deadline and at shutdown: destroy the socket in use, because its answer would come too late
   * @throws HealthError when the subject fails; anything else counts as `unknown`
   */
  run(signal: AbortSignal): Promise<Finding>
}

/** The outcome of one run. */
export interface Result {
  condition: Condition
  /** Empty when `up`. */
  message: string
  samples: readonly Sample[]
  warnings: readonly string[]
  steps: Readonly<Record<string, number>>
  /** Monotonic, in ms, when the run ended. */
  at: number
  durationMs: number
}
