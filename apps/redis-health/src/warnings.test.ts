import { expect, test } from 'vitest'
import { warningsOf } from './warnings.js'

const now = 1_795_535_900
const well = {
  server_time_usec: `${now}456363`,
  connected_clients: '5',
  maxclients: '10000',
  used_memory: '939128',
  maxmemory: '0',
  maxmemory_policy: 'noeviction',
  rdb_last_save_time: String(now - 60),
  rdb_changes_since_last_save: '100000',
  rdb_bgsave_in_progress: '0',
  aof_enabled: '0',
  aof_last_bgrewrite_status: 'ok',
  aof_delayed_fsync: '7',
  rejected_connections: '7',
  evicted_keys: '7',
}
const late = { rdb_last_save_time: String(now - 7_200), rdb_changes_since_last_save: '1000' }

test.each([
  ['nothing', {}, []],
  [
    'a policy that evicts',
    { maxmemory_policy: 'allkeys-lru' },
    ['maxmemory-policy is allkeys-lru, not noeviction: jobs may be evicted'],
  ],
  [
    'memory near its end',
    { maxmemory: '1000', used_memory: '900' },
    ['90 % of maxmemory is used: when it is full, writes fail or keys are evicted'],
  ],
  ['memory with room', { maxmemory: '1000', used_memory: '899' }, []],
  [
    'clients and replicas near the most',
    { maxclients: '10', connected_clients: '8', connected_slaves: '1' },
    ['9 of 10 clients are connected'],
  ],
  ['clients with room', { maxclients: '10', connected_clients: '8' }, []],
  ['clients rejected', { rejected_connections: '9' }, ['2 clients were rejected in the last 5 minutes']],
  ['evictions', { evicted_keys: '8' }, ['1 keys were evicted in the last 5 minutes']],
  ['counters that were set back', { evicted_keys: '0', rejected_connections: '0' }, []],
  [
    'a slow volume',
    { aof_delayed_fsync: '10' },
    ['3 times in the last 5 minutes it waited for the volume (aof_delayed_fsync)'],
  ],
  [
    'a rewrite that failed',
    { aof_last_bgrewrite_status: 'err' },
    ['the last rewrite of the append-only file failed: the file grows'],
  ],
  ['a late save', late, ['1000 changes are unsaved, and the last save was 120 minutes ago']],
  ['a late save that runs', { ...late, rdb_bgsave_in_progress: '1' }, []],
  ['few changes', { ...late, rdb_changes_since_last_save: '999' }, []],
  ['a late save where every change is appended', { ...late, aof_enabled: '1' }, []],
])('%s', (_, change, warnings) => {
  expect(warningsOf({ ...well, ...change }, well)).toEqual(warnings)
})

test('what a version does not tell gives no warning', () => {
  expect(warningsOf({}, {})).toEqual([])
})
