import { expect, test } from 'vitest'
import { summary, total } from './summary.mjs'

/**
 * @param {string} name
 * @param {Partial<import('./junit.mjs').TestCase>} [more]
 * @returns {import('./junit.mjs').TestCase}
 */
const testCase = (name, more) => ({ name, outcome: 'passed', seconds: 1, message: '', ...more })

/**
 * @param {string} id
 * @param {Partial<import('./summary.mjs').Result>} [more]
 * @returns {import('./summary.mjs').Result}
 */
const result = (id, more) => ({
  id,
  outcome: 'ok',
  cached: false,
  start: 1,
  seconds: 2,
  tests: [],
  output: [],
  ...more,
})

test('the last line is the count; the line before it says how many were replayed', () => {
  const text = summary(
    [
      result('//#biome'),
      result('a#test:servers', { cached: true, seconds: 300, tests: [testCase('one'), testCase('two')] }),
      result('b#test:servers', { tests: [testCase('three')] }),
    ],
    61.4,
  )
  expect(text).toContain('ok           1 s   cached  a#test:servers  2 passed, 0 failed\n')
  expect(text).toContain('ok           1 s      2 s  b#test:servers  1 passed, 0 failed\n')
  expect(text.split('\n').slice(-2)).toEqual([
    '61 s in all; 2 of 3 tests replayed: nothing that they depend on has changed',
    '3 passed, 0 failed',
  ])
})

test('a task that fails, or cannot run, without a failed test counts as one failed', () => {
  const results = [
    result('//#knip', { outcome: 'FAILED' }),
    result('a#test:servers', {
      outcome: 'FAILED',
      tests: [testCase('p'), testCase('f', { outcome: 'failed' }), testCase('s', { outcome: 'skipped' })],
    }),
    result('b#test:images', { outcome: 'FAILED', tests: [testCase('q')] }),
    result('c#test:lab', { outcome: 'not run' }),
  ]
  expect(total(results)).toEqual({ passed: 2, failed: 4, skipped: 1 })
  expect(summary(results, 1).split('\n').at(-1)).toBe('2 passed, 4 failed, 1 skipped')
})

test('tasks stand in the order in which they started, those that did not run last', () => {
  const text = summary(
    [
      result('not-run', { outcome: 'not run', start: Number.POSITIVE_INFINITY, seconds: 0 }),
      result('second', { start: 40 }),
      result('first', { start: 3 }),
    ],
    61,
  )
  expect(text.split('\n').slice(1, 5)).toEqual([
    'Result     Start     Time  Task',
    'ok           3 s      2 s  first',
    'ok          40 s      2 s  second',
    'not run               0 s  not-run',
  ])
})

test('what failed is named, with how to run it alone and how to fix it', () => {
  const text = summary(
    [
      result('//#biome', { outcome: 'FAILED', output: ['a.mjs:1 format'] }),
      result('a#test:servers', {
        outcome: 'FAILED',
        tests: [testCase('a.test.ts > ends', { outcome: 'failed', message: 'expected 1\nto be 2' })],
        output: ['what the runner prints'],
      }),
      result('c#test:lab', { outcome: 'not run' }),
    ],
    1,
  )
  expect(text).toContain(
    '//#biome failed; alone: npm test -- --only biome; to fix: npm run format\n  a.mjs:1 format\n',
  )
  expect(text).toContain('a#test:servers failed; alone: npm test -- --only a#test:servers\n')
  expect(text).toContain('\n  × a.test.ts > ends: expected 1\n    to be 2\n')
  expect(text).not.toContain('what the runner prints')
  expect(text).toContain('c#test:lab did not run: a task that it needs failed')
})

test('the ten slowest tests, the slowest first', () => {
  const tests = Array.from({ length: 12 }, (_, seconds) => testCase(`takes ${seconds}`, { seconds }))
  const lines = summary([result('a#test:servers', { tests })], 1).split('\n')
  const from = lines.indexOf('Slowest tests:') + 1
  expect(lines.slice(from, from + 10).map(line => line.trim())).toEqual(
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map(seconds => `${seconds}.0 s  takes ${seconds}`),
  )
})
