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
export interface Sample {
  /** Prometheus name without the server's prefix, unit last: `postmaster_start_time_seconds`. */
  name: string
  value: number
  /** `gauge` when absent. A counter's name ends in `_total`, unless the usual exporter has another one. */
  type?: 'counter' | 'gauge'
  /** Few and fixed values only: each combination is a time series. Never a text that the server wrote. */
  labels?: Readonly<Record<string, string>>
}

/** What a check saw while the server is well. */
export interface Finding {
  samples?: readonly Sample[]
  /** What will be trouble later, a sentence each. They never make anything fail. */
  warnings?: readonly string[]
  /** How long the parts took, in ms, by name: `fsync`. Kept as a histogram. */
  steps?: Readonly<Record<string, number>>
}

/** Why a server is not well: one of the classes, and a sentence with what was seen. Never put a secret into the sentence. */
export class HealthError extends Error {
  override readonly name = 'HealthError'

  /** @param finding what was seen all the same */
  constructor(
    readonly healthClass: HealthClass,
    message: string,
    readonly finding: Finding = {},
  ) {
    super(message)
  }
}

/** One question to the server, or to its volume. It runs in the background; requests only read its last result. */
export interface Check {
  /** kebab-case; a label of the metrics and a key of /status. */
  name: string
  /** From one start to the next while all is well. Longer than `retryMs`: an unwell check is asked again sooner. */
  intervalMs: number
  /** Shorter than the interval and `retryMs`. When it has passed the run counts as silent, whatever it does afterwards. */
  deadlineMs: number
  /** From the start of an unwell run to the next one; the interval when absent. */
  retryMs?: number
  /**
   * Whom it asks. The volume's word is no sign of life of the server: only `server` decides /startupz and the silence
   * that /livez counts. `server` when absent.
   */
  subject?: 'server' | 'volume'
  /** Unwell only warns: for what is good to know, but no reason to send people away. */
  advisory?: boolean
  /**
   * @param signal aborted at the deadline and at shutdown: destroy the socket in use, its answer would come too late
   * @throws HealthError when the subject is not well; anything else counts as `unknown`
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
