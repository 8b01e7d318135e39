import { expect, test } from 'vitest'
import { fakeClock } from '../testing/fake-clock.js'
import type { Check, Condition, Gauge } from './check.js'
import { startHeartbeat } from './heartbeat.js'
import { createMetrics } from './metrics.js'
import { createRoutes } from './routes.js'
import { createWatch } from './watch.js'

const check: Check = { name: 'kept', intervalMs: 1_000, deadlineMs: 800, run: async () => ({}) }

function setUp() {
  const clock = fakeClock()
  const watch = createWatch([check], clock)
  const metrics = createMetrics('pg')
  const heartbeat = startHeartbeat(clock)
  const state = { stopping: false }
  const routes = createRoutes({
    name: 'postgres',
    frozenAfterMs: 60_000,
    watch,
    metrics,
    heartbeat,
    stopping: () => state.stopping,
  })
  const record = (condition: Condition, message = '', gauges: Gauge[] = []) => {
    const result = { condition, message, gauges, at: clock.now(), durationMs: 2.5 }
    watch.record(check, result)
    metrics.observe(check, result)
  }
  const get = async (path: string) => {
    const answer = await routes[path]?.()
    if (!answer) throw new Error(`no route ${path}`)
    return answer
  }
  return { clock, state, record, get }
}

test('the probes answer from the last results, with their reasons', async () => {
  const { record, get } = setUp()
  record('starting', 'the database system is starting up')
  expect(await get('/startupz')).toMatchObject({ status: 200, body: 'pass: the server has answered\n' })
  expect(await get('/readyz')).toMatchObject({
    status: 503,
    body: 'fail: kept is starting: the database system is starting up\n',
  })
  expect(await get('/livez')).toMatchObject({ status: 200, body: 'pass: it answers\n' })
})

test('/livez fails after a minute of silence', async () => {
  const { clock, record, get } = setUp()
  record('up')
  for (let second = 0; second <= 60; second++) {
    expect(await get('/livez')).toMatchObject({ status: 200 })
    await clock.advance(1_000)
    record('frozen', 'no answer within 800 ms')
  }
  const body = 'fail: no answer for 60 s: kept is frozen: no answer within 800 ms\n'
  expect(await get('/livez')).toMatchObject({ status: 503, body })
})

test('a stopping sidecar is not ready, but says nothing against the server', async () => {
  const { state, record, get } = setUp()
  record('up')
  state.stopping = true
  expect(await get('/readyz')).toMatchObject({ status: 503, body: 'fail: this sidecar is stopping\n' })
  expect(await get('/livez')).toMatchObject({ status: 200 })
  expect((await get('/metrics')).body).toContain('\npg_up 1\n')
})

test('/healthz asks for the event loop only', async () => {
  const { clock, record, get } = setUp()
  record('frozen', 'no answer within 800 ms')
  await clock.advance(60_000)
  expect(await get('/healthz')).toMatchObject({ status: 200 })
})

test('/status is health+json with class, age and numbers', async () => {
  const { clock, record, get } = setUp()
  record('saturated', '97 of 97 connections are taken', [{ name: 'stat_activity_count', value: 97 }])
  await clock.advance(1_250)
  const answer = await get('/status')
  expect(answer).toMatchObject({ status: 503, type: 'application/health+json' })
  const { checks, ...rest } = JSON.parse(answer.body)
  expect(rest).toEqual({
    status: 'fail',
    serviceId: 'postgres',
    output: 'kept is saturated: 97 of 97 connections are taken',
  })
  const common = { componentType: 'datastore', status: 'fail', time: expect.any(String) }
  expect(checks).toEqual({
    'kept:responseTime': [
      {
        ...common,
        class: 'saturated',
        ageSeconds: 1.25,
        observedValue: 2.5,
        observedUnit: 'ms',
        output: '97 of 97 connections are taken',
      },
    ],
    'kept:stat_activity_count': [{ ...common, observedValue: 97 }],
  })
  const ageMs = Date.now() - Date.parse(checks['kept:responseTime'][0].time)
  expect(ageMs).toBeGreaterThanOrEqual(1_250)
  expect(ageMs).toBeLessThan(10_000)
})

test('/metrics has the verdicts, one series for each class, and the numbers as long as they are known', async () => {
  const { clock, record, get } = setUp()
  record('up', '', [
    { name: 'settings_max_connections', value: 100 },
    { name: 'status', value: 0, labels: { color: 'green' } },
    { name: 'status', value: 1, labels: { color: 'yellow' } },
  ])
  const known = (await get('/metrics')).body.split('\n')
  expect(known).toEqual(
    expect.arrayContaining([
      'pg_up 1',
      'pg_settings_max_connections 100',
      'pg_status{color="yellow"} 1',
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
  record('frozen', 'no answer within 800 ms')
  const { body } = await get('/metrics')
  expect(body).toContain('\npg_up 0\n')
  expect(body).toContain('bluecore_check_class{check="kept",class="frozen"} 1')
  expect(body).not.toContain('pg_settings_max_connections')
  expect(body).not.toContain('no answer within') // messages have no bound
})
