import { freePort, metric, until } from '@bluecore/sidecar/testing'
import { expect, test } from 'vitest'
import {
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

test('a replica that has lost its master and answers nothing is `readonly`, and alive', {
  timeout,
}, async () => {
  const master = ['--replicaof', `127.0.0.1 ${await freePort()}`]
  const pair = await watch(await startServer([...master, '--replica-serve-stale-data', 'no']))
  await expectClass(pair, 'MASTERDOWN', 'ping', 'readonly')
  for (const check of ['write', 'info']) await expectClass(pair, 'MASTERDOWN', check, 'readonly')
  await expectProbes(pair, [200, 200, 200], 'warn: ping is readonly: MASTERDOWN')
  expect((await lastRun(pair, 'info')).message).toMatch(
    /^it is a replica of 127\.0\.0\.1:\d+, and the link is down$/,
  )
  expect(await metric(pair.sidecar, 'redis_master_link_up')).toBe(0)
  await expectNoRestart(pair)
})

test('a replica of a master that is there is `readonly` for who writes, and alive', { timeout }, async () => {
  const master = await startServer(['--repl-diskless-sync-delay', '0'])
  const pair = await watch(await startServer(['--replicaof', `127.0.0.1 ${master.port}`]))
  await expectClass(pair, 'replica', 'write', 'readonly')
  await until(
    'the link was up',
    async () => (await metric(pair.sidecar, 'redis_master_link_up')) === 1,
    limitMs,
  )
  await pair.sidecar.untilClass('ping', 'up', limitMs)
  await expectProbes(
    pair,
    [200, 200, 200],
    'warn: write is readonly: it is a replica, and its link to the master is',
  )
  expect((await lastRun(pair, 'info')).message).toContain('and the link is up')
  expect(await connectTo(master).exists('bluecore:health')).toBe(0)
  await connectTo(pair.server).replicaof('NO', 'ONE')
  await pair.sidecar.untilClass('write', 'up', limitMs)
})
