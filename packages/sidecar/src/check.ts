/** How a server can be unwell. The order is that of the metric and of the documents, not of severity. */
const healthClasses = [
  'refused', // nothing listens, or the connection was cut
  'starting', // it answers that it starts, recovers or stops
  'saturated', // it has no room for another client
  'auth', // it does not know us
  'readonly', // it answers reads only
  'persistence', // it cannot keep what it is given
  'storage-hung', // its volume does not answer
  'frozen', // it is connected and silent
] as const

export type HealthClass = (typeof healthClasses)[number]

/** What is known of one check: well, unwell in one of the ways above, or not known (never ran, too old, a fault of ours). */
export type Condition = 'up' | HealthClass | 'unknown'

export const conditions: readonly Condition[] = ['up', ...healthClasses, 'unknown']

/**
 * Did the server itself say so? A refusal comes from the kernel, silence from nobody, and `unknown` from us.
 * `storage-hung` is seen on the volume, not heard from the server.
 */
export function isAnswer(condition: Condition): boolean {
  return !['refused', 'frozen', 'storage-hung', 'unknown'].includes(condition)
}

/** One number that a check saw. */
export interface Gauge {
  /** Prometheus name without the server's prefix, unit last: `postmaster_start_time_seconds`. */
  name: string
  value: number
  /** Few and fixed values only: each combination is a time series. */
  labels?: Readonly<Record<string, string>>
}

/** Why a server is not well: one of the classes, and a sentence with what was seen. Never put a secret into the sentence. */
export class HealthError extends Error {
  override readonly name = 'HealthError'

  /** @param gauges numbers that were seen all the same */
  constructor(
    readonly healthClass: HealthClass,
    message: string,
    readonly gauges: readonly Gauge[] = [],
  ) {
    super(message)
  }
}

/** One question to the server. It runs in the background; requests only read its last result. */
export interface Check {
  /** kebab-case; a label of the metrics and a key of /status. */
  name: string
  intervalMs: number
  /** Shorter than the interval. When it has passed the result is `frozen`, whatever `run` does afterwards. */
  deadlineMs: number
  /**
   * @param signal aborted at the deadline and at shutdown: destroy the socket in use, its answer would come too late
   * @returns the numbers seen, when the server is well
   * @throws HealthError when it is not; anything else counts as `unknown`
   */
  run(signal: AbortSignal): Promise<readonly Gauge[]>
}

/** The outcome of one run. */
export interface Result {
  condition: Condition
  /** Empty when `up`. */
  message: string
  gauges: readonly Gauge[]
  /** Monotonic, in ms, when the run ended. */
  at: number
  durationMs: number
}
