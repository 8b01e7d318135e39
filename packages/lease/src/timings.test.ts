import { expect, test } from 'vitest'
import { profiles, timingProblems } from './timings.js'

test.each(Object.entries(profiles))('the timings of the profile %s are right', (_, timings) => {
  expect(timingProblems(timings)).toEqual([])
})

test('what is wrong with timings is said in words, all at once', () => {
  const { lease } = profiles.default
  expect(timingProblems({ ...profiles.default, window: 19_000, renew: 3_000, stale: lease })).toEqual([
    'lease × 1.1 + kill is 17500 ms, more than window × 0.9, 17100 ms: a second server could start before the first one is dead',
    'operation + lease must be shorter than window: a claim that is late could meet another one after a removed lease',
    'renew + operation must be at most a third of lease: one slow operation would end it',
    'stale must be at least renew + operation and less than lease',
  ])
})
