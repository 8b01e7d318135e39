/** Monotonic time for the runner and the verdicts. Tests have their own. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number
  /** Calls back once after `ms`; returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
