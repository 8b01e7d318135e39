import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import { resultWith } from '../testing/result.js'
import type { Check, Condition } from './check.js'
import { createWatch } from './watch.js'

const check: Check = { name: 'ping', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }
const storage: Check = { ...check, name: 'storage', subject: 'volume' }

function setUp(checks: readonly Check[] = [check]) {
  const clock = fakeClock()
  const lease: { epoch?: number | undefined } = {}
  const watch = createWatch(checks, clock, { standbyOf: () => undefined, serverEpoch: () => lease.epoch })
  const samples = [{ name: 'clients', value: 3 }]
  const record = (condition: Condition, subject = check) =>
    watch.record(subject, resultWith({ condition, samples, at: clock.now() }))
  return { clock, lease, watch, record, samples }
}

const common = { name: 'ping', subject: 'server', advisory: false }

test('before the first result nothing is known', () => {
  const { watch } = setUp()
  expect(watch.view()).toEqual({
    checks: [{ ...common, condition: 'unknown', message: 'has not run yet', warnings: [] }],
    started: false,
    answered: false,
    silentMs: 0,
    starting: false,
  })
})

test('a result ages, and is unknown after three intervals', async () => {
  const { clock, watch, record, samples } = setUp()
  record('up')
  await clock.advance(3_000)
  expect(watch.view().checks[0]).toMatchObject({ condition: 'up', ageMs: 3_000, last: { samples } })
  await clock.advance(1)
  expect(watch.view().checks[0]).toEqual({
    ...common,
    condition: 'unknown',
    message: 'last result (up) is 3 s old',
    warnings: [],
    ageMs: 3_001,
  })
})

test.each(['frozen', 'saturated', 'unknown'] as const)(
  'after `up`, `%s` counts when it is seen twice in a row',
  async condition => {
    const { clock, watch, record } = setUp()
    record('up')
    await clock.advance(1_000)
    record(condition)
    expect(watch.view().checks[0]).toMatchObject({ condition: 'up', message: '', last: { condition } })
    await clock.advance(1_000)
    record(condition)
    await clock.advance(500)
    expect(watch.view().checks[0]).toMatchObject({ condition, message: 'seen', lastingMs: 500 })
    record('up')
    expect(watch.view().checks[0]).toMatchObject({ condition: 'up', lastingMs: 0 })
  },
)

test.each(['refused', 'starting', 'auth', 'readonly', 'persistence', 'storage-hung'] as const)(
  'after `up`, `%s` counts at once',
  condition => {
    const { watch, record } = setUp()
    record('up')
    record(condition)
    expect(watch.view().checks[0]).toMatchObject({ condition })
  },
)

test('what failed before is no hiccup, whatever it is now', () => {
  const { watch, record } = setUp()
  record('refused')
  record('frozen')
  expect(watch.view().checks[0]).toMatchObject({ condition: 'frozen' })
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

test('a refused connection ends the process that had started: its successor must start too', async () => {
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

test('a result of the volume neither proves that the server is alive nor that it is dead', async () => {
  const { clock, watch, record } = setUp([check, storage])
  for (const condition of ['up', 'persistence', 'storage-hung'] as const) record(condition, storage)
  await clock.advance(1_000)
  expect(watch.view()).toMatchObject({ started: false, answered: false, silentMs: 0 })
})

test('silence counts only from when the volume was well: afterwards the server needs its time', async () => {
  const { clock, watch, record } = setUp([check, storage])
  record('up')
  record('up', storage)
  for (let second = 0; second < 90; second++) {
    await clock.advance(1_000)
    record('frozen')
    record(second < 3 ? 'up' : 'storage-hung', storage)
    expect(watch.view().silentMs).toBeLessThan(3_000)
  }
  record('up', storage)
  record('frozen')
  await clock.advance(1_000)
  record('frozen')
  expect(watch.view().silentMs).toBe(1_000)
})

test('under another epoch there is another server, which has not answered yet; without the lease there is none', async () => {
  const { clock, lease, watch, record } = setUp()
  lease.epoch = 4
  record('up')
  await clock.advance(1_000)
  lease.epoch = undefined
  record('refused')
  await clock.advance(1_000)
  expect(watch.view()).toMatchObject({ started: false, answered: true, silentMs: 1_000 })
  lease.epoch = 5
  record('refused')
  await clock.advance(1_000)
  expect(watch.view()).toMatchObject({ started: false, answered: false, silentMs: 1_000 })
  record('up')
  expect(watch.view()).toMatchObject({ started: true, answered: true, silentMs: 0 })
})
