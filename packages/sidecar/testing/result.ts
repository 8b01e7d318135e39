import type { Result } from '../src/check.js'

/** What a run might have found: `up` at the moment 0, but for what is given. */
export function resultWith(seen: Partial<Result>): Result {
  const condition = seen.condition ?? 'up'
  const message = condition === 'up' ? '' : 'seen'
  return { message, samples: [], warnings: [], steps: {}, at: 0, durationMs: 2.5, ...seen, condition }
}
