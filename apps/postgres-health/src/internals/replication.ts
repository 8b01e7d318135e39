import type { Finding, Sample } from '@bluecore/sidecar'
import type { QueryRow, Session } from '../transient-connections.js'

export interface ReplicationRow {
  /** s; 0 on a primary. */
  lag_seconds: number
  standbys: number
  /** Of the slowest standby; null when there is none, or it has not reported yet. */
  lag_bytes: number | null
  slots: number
  /** For the slowest slot; null when there is none. */
  retained_bytes: number | null
  /** For the slowest inactive slot. */
  abandoned_bytes: number | null
}

// A standby that has replayed everything it received has no lag, however long its primary has been idle.
const lagSeconds = `
  CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
       ELSE greatest(0, coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0))
  END::float8`

const sql = (inRecovery: boolean) => {
  const end = inRecovery ? 'pg_last_wal_replay_lsn()' : 'pg_current_wal_lsn()'
  const retained = `pg_wal_lsn_diff(${end}, restart_lsn)`
  return `
    WITH standbys AS (
      SELECT count(*)::int AS standbys,
             max(pg_wal_lsn_diff(${end}, replay_lsn))::float8 AS lag_bytes
        FROM pg_stat_replication),
    slots AS (
      SELECT count(*)::int AS slots,
             max(${retained})::float8 AS retained_bytes,
             max(${retained}) FILTER (WHERE NOT active)::float8 AS abandoned_bytes
        FROM pg_replication_slots)
    SELECT ${inRecovery ? lagSeconds : '0::float8'} AS lag_seconds, * FROM standbys, slots`
}

/** What an inactive slot may retain: it grows until the volume is full. */
const abandonedBytes = 2 ** 30

export async function replication(queryRow: QueryRow, { inRecovery }: Session): Promise<Finding> {
  return replicationFinding(await queryRow<ReplicationRow>(sql(inRecovery)))
}

export function replicationFinding(row: ReplicationRow): Finding {
  const samples: Sample[] = [
    { name: 'replication_lag_seconds', value: row.lag_seconds },
    { name: 'stat_replication_count', value: row.standbys },
    { name: 'replication_slots_count', value: row.slots },
  ]
  if (row.lag_bytes !== null) samples.push({ name: 'stat_replication_pg_wal_lsn_diff', value: row.lag_bytes })
  if (row.retained_bytes !== null)
    samples.push({ name: 'replication_slots_pg_wal_lsn_diff', value: row.retained_bytes })
  const abandoned = row.abandoned_bytes ?? 0
  const warning = `an inactive replication slot retains ${Math.floor(abandoned / 2 ** 20)} MiB of WAL`
  return { samples, warnings: abandoned > abandonedBytes ? [warning] : [] }
}
