import { type Info, numberOf } from './info.js'

/** Share of memory or clients from which on it is nearly full. */
const nearly = 0.9

/** Twice the longest save interval of Redis's defaults (`save 3600 1`), and more changes than our canary makes. */
const late = { seconds: 7_200, changes: 1_000 }

/**
 * Problems to come, a sentence each.
 * @param info the last reply to INFO
 * @param earlier one of the same process, up to five minutes older: what its counters have grown by is new
 */
export function warningsOf(info: Info, earlier: Info): string[] {
  const value = (field: string) => numberOf(info, field) ?? 0
  const grown = (field: string) => Math.max(0, value(field) - (numberOf(earlier, field) ?? 0))

  const policy = info.maxmemory_policy
  const memory = value('maxmemory') > 0 ? value('used_memory') / value('maxmemory') : 0
  // Replicas take places too, and are counted apart.
  const clients = value('connected_clients') + value('connected_slaves')
  const saved = Math.floor(value('server_time_usec') / 1e6) - value('rdb_last_save_time')
  const changes = value('rdb_changes_since_last_save')
  // Every change is in the append-only file where there is one.
  const saveIsLate =
    info.aof_enabled === '0' &&
    saved >= late.seconds &&
    changes >= late.changes &&
    value('rdb_bgsave_in_progress') === 0

  const warnings: ReadonlyArray<readonly [boolean, string]> = [
    [
      policy !== undefined && policy !== 'noeviction',
      `maxmemory-policy is ${policy}, not noeviction: jobs may be evicted`,
    ],
    [
      memory >= nearly,
      `${percent(memory)} of maxmemory is used: when it is full, writes fail or keys are evicted`,
    ],
    [
      clients >= nearly * (numberOf(info, 'maxclients') ?? Number.POSITIVE_INFINITY),
      `${clients} of ${info.maxclients} clients are connected`,
    ],
    [
      grown('rejected_connections') > 0,
      `${grown('rejected_connections')} clients were rejected in the last 5 minutes`,
    ],
    [grown('evicted_keys') > 0, `${grown('evicted_keys')} keys were evicted in the last 5 minutes`],
    [
      grown('aof_delayed_fsync') > 0,
      `${grown('aof_delayed_fsync')} times in the last 5 minutes it waited for the volume (aof_delayed_fsync)`,
    ],
    [
      info.aof_last_bgrewrite_status === 'err',
      'the last rewrite of the append-only file failed: the file grows',
    ],
    [
      saveIsLate,
      `${changes} changes are unsaved, and the last save was ${Math.floor(saved / 60)} minutes ago`,
    ],
  ]
  return warnings.flatMap(([holds, warning]) => (holds ? [warning] : []))
}

function percent(part: number): string {
  return `${Math.floor(part * 100)} %`
}
