import type { Sample } from '@bluecore/sidecar'
import { type Info, numberOf } from './info.js'

/**
 * Fields of INFO by the names that redis_exporter gives them.
 * @see https://github.com/oliver006/redis_exporter/blob/master/exporter/exporter.go
 */
const gauges: Readonly<Record<string, string>> = {
  uptime_in_seconds: 'uptime_in_seconds',
  connected_clients: 'connected_clients',
  blocked_clients: 'blocked_clients',
  maxclients: 'max_clients',
  used_memory: 'memory_used_bytes',
  used_memory_rss: 'memory_used_rss_bytes',
  maxmemory: 'memory_max_bytes',
  mem_fragmentation_ratio: 'mem_fragmentation_ratio',
  loading: 'loading_dump_file',
  rdb_changes_since_last_save: 'rdb_changes_since_last_save',
  rdb_bgsave_in_progress: 'rdb_bgsave_in_progress',
  rdb_last_save_time: 'rdb_last_save_timestamp_seconds',
  rdb_last_bgsave_time_sec: 'rdb_last_bgsave_duration_sec',
  aof_enabled: 'aof_enabled',
  aof_rewrite_in_progress: 'aof_rewrite_in_progress',
  aof_current_size: 'aof_current_size_bytes',
  aof_pending_bio_fsync: 'aof_pending_bio_fsync',
  aof_delayed_fsync: 'aof_delayed_fsync',
  latest_fork_usec: 'latest_fork_usec',
  connected_slaves: 'connected_slaves',
  master_repl_offset: 'master_repl_offset',
  master_sync_in_progress: 'master_sync_in_progress',
  master_last_io_seconds_ago: 'master_last_io_seconds_ago',
}

const counters: Readonly<Record<string, string>> = {
  total_connections_received: 'connections_received_total',
  total_commands_processed: 'commands_processed_total',
  rejected_connections: 'rejected_connections_total',
  evicted_keys: 'evicted_keys_total',
  expired_keys: 'expired_keys_total',
  keyspace_hits: 'keyspace_hits_total',
  keyspace_misses: 'keyspace_misses_total',
}

/** Words of INFO that become 1 when they are the good one, and 0 otherwise. */
const words: Readonly<Record<string, { good: string; name: string }>> = {
  rdb_last_bgsave_status: { good: 'ok', name: 'rdb_last_bgsave_status' },
  aof_last_write_status: { good: 'ok', name: 'aof_last_write_status' },
  aof_last_bgrewrite_status: { good: 'ok', name: 'aof_last_bgrewrite_status' },
  master_link_status: { good: 'up', name: 'master_link_up' },
}

/**
 * The numbers of one reply; a field that is not there gives none.
 * @param restarts how often another process has answered than before, as far as we were watching
 */
export function samplesOf(info: Info, restarts: number): Sample[] {
  const numbers = (names: typeof gauges, type: 'counter' | 'gauge') =>
    Object.entries(names).flatMap(([field, name]) => {
      const value = numberOf(info, field)
      return value === undefined ? [] : [{ name, value, type }]
    })
  const flags = Object.entries(words).flatMap(([field, { good, name }]) =>
    field in info ? [{ name, value: Number(info[field] === good) }] : [],
  )
  return [
    ...numbers(gauges, 'gauge'),
    ...flags,
    ...startTime(info),
    instance(info),
    ...numbers(counters, 'counter'),
    { name: 'server_restarts_total', value: restarts, type: 'counter' },
  ]
}

/** Both fields come from the same tick of the server's clock, so the difference stays the same while it runs. */
function startTime(info: Info): Sample[] {
  const [nowUs, uptime] = [numberOf(info, 'server_time_usec'), numberOf(info, 'uptime_in_seconds')]
  if (nowUs === undefined || uptime === undefined) return []
  return [{ name: 'start_time_seconds', value: Math.floor(nowUs / 1e6) - uptime }]
}

const policies = [
  'noeviction',
  ...['allkeys-lru', 'allkeys-lfu', 'allkeys-random'],
  ...['volatile-lru', 'volatile-lfu', 'volatile-random', 'volatile-ttl'],
]

/** redis_exporter has more labels here: the version, the run, the process. Each would begin new time series. */
function instance({ role, maxmemory_policy: policy }: Info): Sample {
  const labels = {
    role: role === 'master' || role === 'slave' ? role : 'other',
    maxmemory_policy: policy && policies.includes(policy) ? policy : 'other',
  }
  return { name: 'instance_info', value: 1, labels }
}
