import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { metric, until } from '@bluecore/sidecar/testing'
import type { Redis } from 'ioredis'
import { expect, test } from 'vitest'
import {
  begin,
  connectTo,
  expectClass,
  expectNoRestart,
  expectProbes,
  lastRun,
  limitMs,
} from '../testing/redis-sidecar.js'

const timeout = 120_000

/** Tells Redis to save, and waits until it has or has not. */
async function save(client: Redis, outcome: 'ok' | 'err') {
  await client.bgsave()
  const told = async () => (await client.info('persistence')).includes(`rdb_last_bgsave_status:${outcome}`)
  await until(`the save was ${outcome}`, told, limitMs)
}

test('a Redis that cannot save is `persistence`, and alive: a restart would lose what is unsaved', {
  timeout,
}, async () => {
  const pair = await begin(['--save', '3600 1'])
  const client = connectTo(pair.server)
  chmodSync(pair.server.folder, 0o555)
  await save(client, 'err')
  await expectClass(pair, 'MISCONF of the save', 'ping', 'persistence')
  for (const check of ['write', 'info']) await expectClass(pair, 'MISCONF of the save', check, 'persistence')
  await expectProbes(pair, [200, 200, 200], 'warn: ping is persistence: MISCONF')
  expect((await lastRun(pair, 'info')).message).toMatch(/^the last save failed; \d+ changes are unsaved$/)
  expect(await metric(pair.sidecar, 'redis_rdb_last_bgsave_status')).toBe(0)
  await expectNoRestart(pair)
  chmodSync(pair.server.folder, 0o755)
  await save(client, 'ok')
  for (const check of ['ping', 'write', 'info']) await pair.sidecar.untilClass(check, 'up', limitMs)
})

test('a failed save that stops no writes only warns', { timeout }, async () => {
  const pair = await begin(['--save', '3600 1', '--stop-writes-on-bgsave-error', 'no'])
  chmodSync(pair.server.folder, 0o555)
  await save(connectTo(pair.server), 'err')
  await expectClass(pair, 'failed save that is allowed', 'info', 'persistence')
  await expectProbes(pair, [200, 200, 200], 'warn: info is persistence: the last save failed')
})

test('a Redis that cannot append to its file is `persistence`, and alive', { timeout }, async () => {
  const pair = await begin(['--save', '', '--appendonly', 'yes'])
  const client = connectTo(pair.server)
  // The next file that it begins is on a device that is full.
  symlinkSync('/dev/full', join(pair.server.folder, 'appendonlydir/appendonly.aof.2.incr.aof'))
  await client.bgrewriteaof()
  await client.set('a', 'change').catch(() => {})
  await expectClass(pair, 'MISCONF of the append-only file', 'ping', 'persistence')
  for (const check of ['write', 'info'])
    await expectClass(pair, 'MISCONF of the append-only file', check, 'persistence')
  await expectProbes(
    pair,
    [200, 200, 200],
    'warn: ping is persistence: MISCONF Errors writing to the AOF file',
  )
  expect((await lastRun(pair, 'info')).message).toBe('the last write to the append-only file failed')
  expect(await metric(pair.sidecar, 'redis_aof_last_write_status')).toBe(0)
  await expectNoRestart(pair)
})

test('a write is measured', { timeout }, async () => {
  const pair = await begin(['--appendonly', 'yes', '--appendfsync', 'always'])
  await pair.sidecar.untilClass('write', 'up', limitMs)
  const { write } = (await lastRun(pair, 'write')).steps
  expect(write).toBeGreaterThan(0)
  const { body } = await pair.sidecar.get('/metrics')
  expect(body).toContain('bluecore_check_step_duration_seconds_count{check="write",step="write"} 1')
  expect(await connectTo(pair.server).pttl('bluecore:health')).toBeGreaterThan(0)
})
