import { expect, test } from 'vitest'
import { type FakeClock, fakeClock } from '../testing/fake-clock.js'
import { type Check, HealthError, type Result } from './check.js'
import { startRunner } from './runner.js'

function setUp(
  run: (signal: AbortSignal, clock: FakeClock) => ReturnType<Check['run']>,
  change: Partial<Check> = {},
) {
  const clock = fakeClock()
  const results: Result[] = []
  const check: Check = {
    name: 'probe',
    intervalMs: 1_000,
    deadlineMs: 800,
    run: signal => run(signal, clock),
    ...change,
  }
  const runner = startRunner(check, clock, result => results.push(result))
  return { clock, results, runner }
}

/** A promise and the way to settle it. */
function deferred<T>() {
  let resolve = (_: T) => {}
  let reject = (_: Error) => {}
  const promise = new Promise<T>((res, rej) => {
    resolve = res
    reject = rej
  })
  return { promise, resolve, reject }
}

test('runs at once and then once in every interval, counted from the start of a run', async () => {
  const starts: number[] = []
  const { clock } = setUp((_, { now, after }) => {
    starts.push(now())
    return new Promise(resolve => after(300, () => resolve({})))
  })
  await clock.advance(3_500)
  expect(starts).toEqual([0, 1_000, 2_000, 3_000])
})

test('reports what a run found, with its moment and its length', async () => {
  const finding = {
    samples: [{ name: 'clients', value: 3 }],
    warnings: ['the volume is nearly full'],
    steps: { fsync: 7 },
  }
  const answer = deferred<typeof finding>()
  const { clock, results } = setUp(() => answer.promise)
  await clock.advance(40)
  answer.resolve(finding)
  await clock.advance(0)
  expect(results).toEqual([{ condition: 'up', message: '', ...finding, at: 40, durationMs: 40 }])
})

const samples = [{ name: 'n', value: 1 }]

test.each([
  [new HealthError('auth', 'wrong password', { samples }), 'auth', 'wrong password', samples],
  [new TypeError('a fault of ours'), 'unknown', 'TypeError: a fault of ours', []],
])('a run that throws %s is %s', async (error, condition, message, seen) => {
  const { clock, results } = setUp(async () => Promise.reject(error))
  await clock.advance(0)
  expect(results).toMatchObject([{ condition, message, samples: seen, warnings: [], steps: {} }])
})

test('a failing check runs again sooner, where it says so', async () => {
  const starts: number[] = []
  const outcomes = ['up', 'bad', 'bad', 'up', 'up']
  const run = async (_: AbortSignal, { now }: FakeClock) => {
    starts.push(now())
    if (outcomes.shift() === 'bad') throw new HealthError('persistence', 'no room')
    return {}
  }
  const { clock } = setUp(run, { intervalMs: 30_000, retryMs: 5_000 })
  await clock.advance(80_000)
  expect(starts).toEqual([0, 30_000, 35_000, 40_000, 70_000])
})

test('a volume that does not respond hangs', async () => {
  const { clock, results } = setUp(() => new Promise(() => {}), { subject: 'volume' })
  await clock.advance(800)
  expect(results).toMatchObject([{ condition: 'storage-hung', message: 'no response within 800 ms' }])
})

test('a run that throws before it returns a promise is unknown, and the next one comes', async () => {
  const { clock, results } = setUp(() => {
    throw new Error('at once')
  })
  await clock.advance(1_000)
  expect(results.map(({ condition }) => condition)).toEqual(['unknown', 'unknown'])
})

test('a run without an answer is frozen at its deadline, is aborted, and makes room for the next', async () => {
  const signals: AbortSignal[] = []
  const { clock, results } = setUp(signal => {
    signals.push(signal)
    return new Promise(() => {})
  })
  await clock.advance(799)
  expect(results).toEqual([])
  await clock.advance(1)
  expect(results).toMatchObject([{ condition: 'frozen', message: 'no response within 800 ms', at: 800 }])
  expect(signals[0]?.aborted).toBe(true)
  await clock.advance(200)
  expect(signals).toHaveLength(2)
  expect(signals[1]?.aborted).toBe(false)
})

test('what a run says after its deadline is dropped, even while the next one is under way', async () => {
  const late = deferred<object>()
  const runs = [late.promise, new Promise<object>(() => {})]
  const { clock, results } = setUp(() => runs.shift() ?? Promise.resolve({}))
  await clock.advance(1_100)
  late.resolve({})
  await clock.advance(100)
  expect(results.map(({ condition }) => condition)).toEqual(['frozen'])
})

test('poked, a check runs at once, but not within 100 ms of its last start and never beside itself', async () => {
  const starts: number[] = []
  let answer = deferred<object>()
  const { clock, runner } = setUp((_, { now }) => {
    starts.push(now())
    answer = deferred()
    return answer.promise
  })
  runner.poke()
  runner.poke()
  expect(starts).toEqual([0]) // under way
  answer.resolve({})
  await clock.advance(20)
  runner.poke()
  await clock.advance(79)
  expect(starts).toEqual([0])
  await clock.advance(1)
  expect(starts).toEqual([0, 100])
  answer.resolve({})
  await clock.advance(400)
  runner.poke()
  await clock.advance(0)
  expect(starts).toEqual([0, 100, 500])
})

test('poked while it runs, a check neither starts again nor loses its deadline', async () => {
  let starts = 0
  const { clock, results, runner } = setUp(() => {
    starts++
    return new Promise(() => {})
  })
  await clock.advance(200)
  runner.poke()
  await clock.advance(600)
  expect(starts).toBe(1)
  expect(results).toMatchObject([{ condition: 'frozen', at: 800 }])
})

test('stopped, it aborts the run under way and reports nothing more', async () => {
  const signals: AbortSignal[] = []
  const { clock, results, runner } = setUp(signal => {
    signals.push(signal)
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  })
  runner.stop()
  runner.poke()
  await clock.advance(5_000)
  expect(signals).toHaveLength(1)
  expect(signals[0]?.aborted).toBe(true)
  expect(results).toEqual([])
})
