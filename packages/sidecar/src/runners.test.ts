import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import { type Check, HealthError } from './check.js'
import { startRunners } from './runners.js'

function setUp() {
  const clock = fakeClock()
  const starts: Record<string, number[]> = { quick: [], slow: [], volume: [] }
  let well = true
  const check = (name: string, intervalMs: number, change: Partial<Check> = {}): Check => ({
    name,
    intervalMs,
    deadlineMs: 800,
    ...change,
    async run() {
      starts[name]?.push(clock.now())
      if (!well) throw new HealthError('refused', 'nobody is there')
      return {}
    },
  })
  const checks = [
    check('quick', 1_000),
    check('slow', 30_000, { retryMs: 5_000 }),
    check('volume', 30_000, { subject: 'volume' }),
  ]
  const reports: string[] = []
  const runners = startRunners(checks, clock, ({ name }, { condition }) =>
    reports.push(`${name} ${condition}`),
  )
  const set = (value: boolean) => {
    well = value
  }
  return { clock, starts, reports, runners, set }
}

test('when one is well again the others that are not are asked at once', async () => {
  const { clock, starts, reports, set } = setUp()
  await clock.advance(29_500)
  set(false)
  await clock.advance(1_000)
  expect(reports.slice(-3).sort()).toEqual(['quick refused', 'slow refused', 'volume refused'])
  set(true)
  await clock.advance(1_000)
  expect(starts.slow).toEqual([0, 30_000, 31_000])
  expect(starts.volume).toEqual([0, 30_000, 31_000])
  await clock.advance(20_000)
  expect(starts.slow).toHaveLength(3)
})

test('when the server falls silent its volume is asked at once, and not at every run of the silence', async () => {
  const { clock, starts, set } = setUp()
  await clock.advance(10_500)
  set(false)
  await clock.advance(10_000)
  expect(starts.volume).toEqual([0, 11_000])
})

test('poked, those of the server run, but not the one of the volume', async () => {
  const { clock, starts, runners } = setUp()
  await clock.advance(500)
  runners.poke()
  await clock.advance(0)
  expect(starts).toEqual({ quick: [0, 500], slow: [0, 500], volume: [0] })
})

test('stopped, none runs any more', async () => {
  const { clock, starts, runners } = setUp()
  await clock.advance(0)
  runners.stop()
  await clock.advance(60_000)
  expect(starts).toEqual({ quick: [0], slow: [0], volume: [0] })
})
