import { expect, test } from 'vitest'
import { samplesOf } from './samples.js'

test('numbers have the names of redis_exporter, and counters are counters', () => {
  const info = { used_memory: '939128', maxmemory: '0', rejected_connections: '3', aof_delayed_fsync: '2' }
  expect(samplesOf(info, 1)).toEqual([
    { name: 'memory_used_bytes', value: 939128, type: 'gauge' },
    { name: 'memory_max_bytes', value: 0, type: 'gauge' },
    { name: 'aof_delayed_fsync', value: 2, type: 'gauge' },
    { name: 'instance_info', value: 1, labels: { role: 'other', maxmemory_policy: 'other' } },
    { name: 'rejected_connections_total', value: 3, type: 'counter' },
    { name: 'server_restarts_total', value: 1, type: 'counter' },
  ])
})

test('words become 1 or 0', () => {
  const info = { rdb_last_bgsave_status: 'err', aof_last_write_status: 'ok', master_link_status: 'down' }
  expect(samplesOf(info, 0)).toEqual(
    expect.arrayContaining([
      { name: 'rdb_last_bgsave_status', value: 0 },
      { name: 'aof_last_write_status', value: 1 },
      { name: 'master_link_up', value: 0 },
    ]),
  )
})

test('the start is a moment, not an age', () => {
  const info = { server_time_usec: '1795535908456363', uptime_in_seconds: '8' }
  expect(samplesOf(info, 0)).toContainEqual({ name: 'start_time_seconds', value: 1795535900 })
})

test('labels have fixed values only', () => {
  const labelsOf = (info: Record<string, string>) =>
    samplesOf(info, 0).find(({ name }) => name === 'instance_info')?.labels
  expect(labelsOf({ role: 'slave', maxmemory_policy: 'volatile-lru' })).toEqual({
    role: 'slave',
    maxmemory_policy: 'volatile-lru',
  })
  expect(labelsOf({ role: 'king', maxmemory_policy: 'new' })).toEqual({
    role: 'other',
    maxmemory_policy: 'other',
  })
})
