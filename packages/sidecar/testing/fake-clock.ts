import type { Clock } from '../src/clock.js'

export interface FakeClock extends Clock {
  /** Lets time pass: what falls due is called in its order, and promises settle in between. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still until a test moves it. */
export function fakeClock(): FakeClock {
  let now = 0
  const due = new Set<{ at: number; callback: () => void }>()

  return {
    now: () => now,
    after(ms, callback) {
      const entry = { at: now + ms, callback }
      due.add(entry)
      return () => due.delete(entry)
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await settled()
        const [next] = [...due].filter(entry => entry.at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        due.delete(next)
        now = next.at
        next.callback()
      }
      now = end
    },
  }
}

/** After every promise that can settle now has settled. */
function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
