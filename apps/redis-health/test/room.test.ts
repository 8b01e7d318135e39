import { metric, until } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'
import {
  begin,
  classesIn,
  connectTo,
  expectClass,
  expectNoRestart,
  expectProbes,
  lastRun,
  limitMs,
  startServer,
  watch,
} from '../testing/redis-sidecar.js'

const timeout = 120_000
const full = 'ERR max number of clients reached'

/** 3 MB at once: a script that has begun is not stopped by maxmemory. */
const fill = "for i = 1, 30 do redis.call('SET', 'fill:' .. i, string.rep('x', 100000)) end"

test.each([
  ['', undefined],
  [' with a password', 'secret'],
])(
  'a full Redis%s is `saturated` for a newcomer, alive, and well when there is room',
  {
    timeout,
  },
  async (_, password) => {
    const server = await startServer(['--maxclients', '1', ...(password ? ['--requirepass', password] : [])])
    const client = connectTo(server, password)
    await client.ping()
    const pair = await watch(server, password ? { REDIS_PASSWORD: password } : {})
    await expectClass(pair, 'newcomer at maxclients', 'ping', 'saturated')
    for (const check of ['write', 'info']) await pair.sidecar.untilClass(check, 'saturated', limitMs)
    await expectProbes(pair, [200, 200, 200], `warn: ping is saturated: ${full}`)
    await expectNoRestart(pair)
    for (const check of ['ping', 'write', 'info']) expect((await lastRun(pair, check)).message).toBe(full)
    client.disconnect()
    await pair.sidecar.untilClass('ping', 'up', limitMs)
    expect(classesIn(pair)).toEqual(['saturated'])
  },
)

test('a client that was connected before Redis was full is served, and only warns', { timeout }, async () => {
  const pair = await begin(['--maxclients', '4'])
  const clients = [connectTo(pair.server), connectTo(pair.server), connectTo(pair.server)]
  for (const client of clients) await client.ping()
  await expect(connectTo(pair.server).ping()).rejects.toThrow()
  await pair.sidecar.untilClass('ping', 'up', limitMs)
  const warned = async () => (await pair.sidecar.get('/readyz')).body.includes('rejected')
  await until('it warned', warned, limitMs)
  await expectProbes(pair, [200, 200, 200], 'warn: info warns: 4 of 4 clients are connected')
  expect((await lastRun(pair, 'info')).output).toContain('1 clients were rejected in the last 5 minutes')
  expect(await metric(pair.sidecar, 'redis_connected_clients')).toBe(4)
  expect(await metric(pair.sidecar, 'redis_max_clients')).toBe(4)
  expect(await metric(pair.sidecar, 'redis_rejected_connections_total')).toBe(1)
})

test('a Redis without memory that evicts nothing is `saturated` for who writes, and alive', {
  timeout,
}, async () => {
  const pair = await begin(['--maxmemory', '2mb', '--save', ''])
  await connectTo(pair.server).eval(fill, 0)
  await expectClass(pair, 'OOM', 'write', 'saturated')
  await expectProbes(pair, [200, 200, 200], 'warn: write is saturated: OOM command not allowed')
  await pair.sidecar.untilClass('ping', 'up', limitMs)
  await expectNoRestart(pair)
  expect((await lastRun(pair, 'info')).output).toMatch(/^\d{3} % of maxmemory is used: /)
  await connectTo(pair.server).flushall()
  await pair.sidecar.untilClass('write', 'up', limitMs)
})

test('a Redis that evicts is ready and warns', { timeout }, async () => {
  const pair = await begin(['--maxmemory', '2mb', '--maxmemory-policy', 'allkeys-lru', '--save', ''])
  await expectProbes(pair, [200, 200, 200], 'maxmemory-policy is allkeys-lru, not noeviction')
  const client = connectTo(pair.server)
  for (let key = 0; key < 300; key++) await client.set(`fill:${key}`, 'x'.repeat(10_000))
  const warned = async () => (await pair.sidecar.get('/readyz')).body.includes('keys were evicted')
  await until('it warned', warned, limitMs)
  await expectProbes(pair, [200, 200, 200], 'of maxmemory is used')
  expect(await metric(pair.sidecar, 'redis_evicted_keys_total')).toBeGreaterThan(0)
})
