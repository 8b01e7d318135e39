/** Time that never jumps: what the runner and the verdicts count with. A test brings its own. */
export interface Clock {
  /** Monotonic, in ms. */
  now(): number
  /** Calls back once after `ms`; returns the way to call it off. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
