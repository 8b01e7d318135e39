import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import { resultWith } from '../testing/result.js'
import type { Check, Condition, Result } from './check.js'
import { startHeartbeat } from './heartbeat.js'
import { createMetrics } from './metrics.js'
import { createRoutes } from './routes.js'
import type { Readiness } from './verdicts.js'
import { createWatch } from './watch.js'

const check: Check = { name: 'kept', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }

function setUp(readiness: Readiness = 'usable') {
  const clock = fakeClock()
  const state: { stopping: boolean; standbyOf?: string } = { stopping: false }
  const watch = createWatch([check], clock, { standbyOf: () => state.standbyOf, serverEpoch: () => 1 })
  const metrics = createMetrics('pg')
  const heartbeat = startHeartbeat(clock)
  const routes = createRoutes({
    name: 'postgres',
    frozenAfterMs: 60_000,
    readiness,
    watch,
    metrics,
    heartbeat,
    stopping: () => state.stopping,
  })
  const record = (condition: Condition, seen: Partial<Result> = {}) => {
    const result = resultWith({ condition, at: clock.now(), ...seen })
    watch.record(check, result)
    metrics.observe(check, result)
  }
  const get = async (path: string) => {
    const answer = await routes[path]?.(new URLSearchParams())
    if (!answer) throw new Error(`no route ${path}`)
    return answer
  }
  const status = async (query = '') =>
    JSON.parse((await routes['/status']?.(new URLSearchParams(query)))?.body as string)
  return { clock, state, record, get, status }
}

test('the probes answer from the last results, with their reasons', async () => {
  const { record, get } = setUp()
  record('starting', { message: 'the database system is starting up' })
  expect(await get('/startupz')).toMatchObject({ status: 200, body: 'pass: the server has responded\n' })
  expect(await get('/readyz')).toMatchObject({
    status: 503,
    body: 'fail: kept is starting: the database system is starting up\n',
  })
  expect(await get('/livez')).toMatchObject({ status: 200, body: 'pass: the server responds\n' })
})

test('/livez fails after a minute of silence', async () => {
  const { clock, record, get } = setUp()
  record('up')
  for (let second = 0; second <= 60; second++) {
    expect(await get('/livez')).toMatchObject({ status: 200 })
    await clock.advance(1_000)
    record('frozen', { message: 'no response within 800 ms' })
  }
  const body = 'fail: no response for 60 s: kept is frozen: no response within 800 ms\n'
  expect(await get('/livez')).toMatchObject({ status: 503, body })
})

test('a stopping sidecar is not ready, but says nothing against the server', async () => {
  const { state, record, get } = setUp()
  record('up')
  state.stopping = true
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'fail: this sidecar is shutting down\n' })
  expect(await get('/livez')).toMatchObject({ status: 200 })
  expect((await get('/metrics')).body).toContain('\npg_up 1\n')
})

test('/healthz asks for the event loop only', async () => {
  const { clock, record, get } = setUp()
  record('frozen', { message: 'no response within 800 ms' })
  await clock.advance(60_000)
  expect(await get('/healthz')).toMatchObject({ status: 200 })
})

test('a warning is no failure', async () => {
  const { record, get, status } = setUp()
  record('up', { warnings: ['9 % of the volume is free'] })
  const body = 'warn: kept warns: 9 % of the volume is free\n'
  expect(await get('/readyz')).toMatchObject({ status: 200, body })
  expect(await get('/status')).toMatchObject({ status: 200 })
  expect(await status()).toMatchObject({
    status: 'warn',
    checks: {
      'kept:responseTime': [{ status: 'warn', class: 'up', output: '9 % of the volume is free' }],
    },
  })
})

test('degraded: a warning with its class, and up for the exporters', async () => {
  const { record, get, status } = setUp()
  record('readonly', { message: 'transactions are read-only' })
  const reason = 'kept is readonly: transactions are read-only'
  expect(await get('/readyz')).toMatchObject({ status: 200, body: `warn: ${reason}\n` })
  expect(await get('/status')).toMatchObject({ status: 200 })
  expect(await status()).toMatchObject({
    status: 'warn',
    output: reason,
    checks: { 'kept:responseTime': [{ status: 'fail', class: 'readonly' }] },
  })
  const { body } = await get('/metrics')
  for (const line of [
    'pg_up 1',
    'bluecore_verdict{probe="readyz"} 1',
    'bluecore_check_up{check="kept"} 0',
    'bluecore_check_class{check="kept",class="readonly"} 1',
  ])
    expect(body).toContain(`\n${line}\n`)
})

test.each([
  ['starting', 1],
  ['auth', 1],
  ['refused', 0],
  ['unknown', 0],
] as const)('a server that is %s is up for the exporters: %d', async (condition, up) => {
  const { record, get } = setUp('strict')
  record(condition)
  expect((await get('/metrics')).body).toContain(`\npg_up ${up}\n`)
})

test('/status is health+json with class and age; verbose, also with numbers and why each probe says what it says', async () => {
  const { clock, record, get, status } = setUp('strict')
  record('persistence', {
    message: 'no room',
    samples: [{ name: 'wal_size_bytes', value: 97 }],
    steps: { commit: 3 },
  })
  await clock.advance(1_250)
  expect(await get('/status')).toMatchObject({ status: 503, type: 'application/health+json' })
  const common = { componentType: 'datastore', status: 'fail', time: expect.any(String) }
  const responseTime = {
    ...common,
    class: 'persistence',
    ageSeconds: 1.25,
    lastingSeconds: 1.25,
    observedValue: 2.5,
    observedUnit: 'ms',
    output: 'no room',
  }
  const summary = { status: 'fail', serviceId: 'postgres', output: 'kept is persistence: no room' }
  const short = await status()
  expect(short).toEqual({ ...summary, checks: { 'kept:responseTime': [responseTime] } })
  const ageMs = Date.now() - Date.parse(short.checks['kept:responseTime'][0].time)
  expect(ageMs).toBeGreaterThanOrEqual(1_250)
  expect(ageMs).toBeLessThan(10_000)
  expect(await status('verbose')).toEqual({
    ...summary,
    silentSeconds: 0,
    verdicts: {
      startupz: { status: 'pass', reason: 'the server has responded' },
      readyz: { status: 'fail', reason: 'kept is persistence: no room' },
      livez: { status: 'pass', reason: 'the server responds' },
    },
    checks: {
      'kept:responseTime': [
        {
          ...responseTime,
          lastRun: { class: 'persistence', message: 'no room', steps: { commit: 3 } },
        },
      ],
      'kept:wal_size_bytes': [{ ...common, observedValue: 97 }],
    },
  })
})

test('/metrics has the verdicts, one series for each class, and the numbers as long as they are known', async () => {
  const { clock, record, get } = setUp()
  record('up', {
    samples: [
      { name: 'settings_max_connections', value: 100 },
      { name: 'status', value: 0, labels: { color: 'green' } },
      { name: 'status', value: 1, labels: { color: 'yellow' } },
      { name: 'checkpoints_total', value: 7, type: 'counter' },
    ],
    steps: { commit: 3 },
  })
  const known = (await get('/metrics')).body.split('\n')
  expect(known).toEqual(
    expect.arrayContaining([
      'pg_up 1',
      'pg_settings_max_connections 100',
      'pg_status{color="yellow"} 1',
      '# TYPE pg_settings_max_connections gauge',
      '# TYPE pg_checkpoints_total counter',
      'pg_checkpoints_total 7',
      'bluecore_check_warnings{check="kept"} 0',
      'bluecore_check_step_duration_seconds_bucket{le="0.0025",check="kept",step="commit"} 0',
      'bluecore_check_step_duration_seconds_bucket{le="0.005",check="kept",step="commit"} 1',
      'bluecore_verdict{probe="readyz"} 1',
      'bluecore_check_up{check="kept"} 1',
      'bluecore_check_class{check="kept",class="up"} 1',
      'bluecore_check_class{check="kept",class="frozen"} 0',
      'bluecore_check_age_seconds{check="kept"} 0',
      'bluecore_check_runs_total{check="kept",class="up"} 1',
      'bluecore_check_duration_seconds_count{check="kept"} 1',
    ]),
  )
  await clock.advance(1_000)
  record('frozen', { message: 'no response within 800 ms' })
  expect((await get('/metrics')).body).toContain('\npg_up 1\n') // once may be a hiccup
  record('frozen', { message: 'no response within 800 ms' })
  const { body } = await get('/metrics')
  expect(body).toContain('\npg_up 0\n')
  expect(body).toContain('bluecore_check_class{check="kept",class="frozen"} 1')
  expect(body).not.toContain('pg_settings_max_connections')
  expect(body).not.toContain('no response within') // messages have no bound
})

test('the metrics of a standby say nothing of a server, and those of a pod that has taken over do again', async () => {
  const { state, record, get } = setUp()
  const series = async () =>
    ((await get('/metrics')).body as string).match(
      /^(pg_up|bluecore_(verdict|check_up|check_class)\b).*/gm,
    ) ?? []
  record('refused')
  expect(await series()).toContain('pg_up 0')
  state.standbyOf = 'dbserver-1 on worker1'
  expect(await series()).toEqual([])
  delete state.standbyOf
  record('up')
  expect(await series()).toContain('pg_up 1')
  expect(await series()).toContain('bluecore_verdict{probe="readyz"} 1')
})
