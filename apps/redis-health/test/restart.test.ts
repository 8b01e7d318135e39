import { metric, until } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'
import { begin, expectProbes, limitMs } from './pair.js'

const restarts = 'redis_server_restarts_total'

test('another process behind the same port is counted as a restart', { timeout: 120_000 }, async () => {
  const pair = await begin(['--save', ''])
  await until('INFO was read', async () => (await metric(pair.sidecar, restarts)) === 0, limitMs)
  const started = await metric(pair.sidecar, 'redis_start_time_seconds')
  expect(Math.abs((started ?? 0) - Date.now() / 1000)).toBeLessThan(60)
  await pair.server.start() // the old one is killed first
  await until('the restart was counted', async () => (await metric(pair.sidecar, restarts)) === 1, limitMs)
  await pair.sidecar.until('/readyz', 200, limitMs)
  await expectProbes(pair, [200, 200, 200], '')
})

test('a dead server is seen within 2 s, 20 times of 20', { timeout: 300_000 }, async () => {
  const pair = await begin(['--save', ''])
  const times: number[] = []
  for (let kill = 0; kill < 20; kill++) {
    const killed = performance.now()
    await pair.server.kill()
    await pair.sidecar.until('/readyz', 503, 10_000)
    times.push(performance.now() - killed)
    await expectProbes(pair, [503, 503, 200], 'ping is refused')
    await pair.server.start()
    await pair.sidecar.until('/readyz', 200, limitMs)
    await until('it was counted', async () => (await metric(pair.sidecar, restarts)) === kill + 1, limitMs)
  }
  times.sort((a, b) => a - b)
  console.log(`killed until /readyz was 503, ms: ${times.map(Math.round).join(' ')}`)
  expect(times.at(-1)).toBeLessThan(2_000)
})
