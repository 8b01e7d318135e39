import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import type { Check, Condition } from './check.js'
import { createWatch } from './watch.js'

const check: Check = { name: 'ping', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }

function setUp() {
  const clock = fakeClock()
  const watch = createWatch([check], clock)
  const gauges = [{ name: 'clients', value: 3 }]
  const record = (condition: Condition) =>
    watch.record(check, {
      condition,
      message: condition === 'up' ? '' : 'seen',
      gauges,
      at: clock.now(),
      durationMs: 5,
    })
  return { clock, watch, record, gauges }
}

test('before the first result nothing is known', () => {
  const { watch } = setUp()
  expect(watch.view()).toEqual({
    checks: [{ name: 'ping', condition: 'unknown', message: 'has not run yet', gauges: [] }],
    started: false,
    answered: false,
    silentMs: 0,
    starting: false,
  })
})

test('a result ages, and is unknown after three intervals', async () => {
  const { clock, watch, record, gauges } = setUp()
  record('up')
  await clock.advance(3_000)
  expect(watch.view().checks[0]).toMatchObject({ condition: 'up', ageMs: 3_000, gauges })
  await clock.advance(1)
  expect(watch.view().checks[0]).toMatchObject({
    condition: 'unknown',
    message: 'last result (up) is 3 s old',
    gauges: [],
  })
})

test.each(['up', 'starting', 'saturated', 'auth', 'readonly', 'persistence'] as const)(
  '%s is an answer',
  condition => {
    const { watch, record } = setUp()
    record(condition)
    expect(watch.view()).toMatchObject({ started: true, answered: true, silentMs: 0 })
  },
)

test.each(['refused', 'frozen', 'storage-hung', 'unknown'] as const)('%s is none', condition => {
  const { watch, record } = setUp()
  record(condition)
  expect(watch.view()).toMatchObject({ started: false, answered: false })
})

test('silence counts from the first run without an answer, through refusals and time-outs, to the next answer', async () => {
  const { clock, watch, record } = setUp()
  record('up')
  await clock.advance(1_000)
  record('frozen')
  await clock.advance(1_000)
  record('refused')
  await clock.advance(500)
  expect(watch.view().silentMs).toBe(1_500)
  record('persistence')
  expect(watch.view().silentMs).toBe(0)
})

test('silence counts anew after a time in which nobody was listening', async () => {
  const { clock, watch, record } = setUp()
  record('up')
  await clock.advance(1_000)
  record('frozen')
  await clock.advance(90_000) // this process stood still
  record('frozen')
  expect(watch.view().silentMs).toBe(0)
})

test('a refusal ends the life of the process that had started: its successor must start too', async () => {
  const { clock, watch, record } = setUp()
  record('up')
  await clock.advance(1_000)
  record('frozen')
  expect(watch.view().started).toBe(true)
  await clock.advance(1_000)
  record('refused')
  expect(watch.view()).toMatchObject({ started: false, answered: true })
  await clock.advance(1_000)
  record('starting')
  expect(watch.view()).toMatchObject({ started: true, starting: true })
})

test('that it was starting is remembered through a silence, and forgotten with the next answer', async () => {
  const { clock, watch, record } = setUp()
  record('starting')
  await clock.advance(1_000)
  record('frozen')
  expect(watch.view().starting).toBe(true)
  record('up')
  expect(watch.view().starting).toBe(false)
})
