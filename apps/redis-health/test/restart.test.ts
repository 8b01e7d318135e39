import { metric, until } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'
import { begin, expectProbes, limitMs } from '../testing/redis-sidecar.js'

const restarts = 'redis_server_restarts_total'

test('another process on the same port is counted as a restart', { timeout: 120_000 }, async () => {
  const pair = await begin(['--save', ''])
  await until('INFO was read', async () => (await metric(pair.sidecar, restarts)) === 0, limitMs)
  const started = await metric(pair.sidecar, 'redis_start_time_seconds')
  expect(Math.abs((started ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  await pair.server.start() // the old one is killed first
  await until('the restart was counted', async () => (await metric(pair.sidecar, restarts)) === 1, limitMs)
  await pair.sidecar.until('/readyz', 200, limitMs)
  await expectProbes(pair, [200, 200, 200], '')
})
