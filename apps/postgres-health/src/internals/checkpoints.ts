import type { Finding, Sample } from '@bluecore/sidecar'
import type { QueryRow, Session } from '../transient-connections.js'

export interface CheckpointsRow {
  timed: number
  requested: number
  /** ms */
  write: number
  /** ms */
  sync: number
}

// Version 17 moved them to a view of their own; the names follow, as those of postgres_exporter do.
const older = {
  sql: `SELECT checkpoints_timed::float8 AS timed, checkpoints_req::float8 AS requested,
               checkpoint_write_time AS write, checkpoint_sync_time AS sync
          FROM pg_stat_bgwriter`,
  names: [
    'stat_bgwriter_checkpoints_timed_total',
    'stat_bgwriter_checkpoints_req_total',
    'stat_bgwriter_checkpoint_write_time_total',
    'stat_bgwriter_checkpoint_sync_time_total',
  ],
} as const

const newer = {
  sql: `SELECT num_timed::float8 AS timed, num_requested::float8 AS requested, write_time AS write, sync_time AS sync
          FROM pg_stat_checkpointer`,
  names: [
    'stat_checkpointer_num_timed_total',
    'stat_checkpointer_num_requested_total',
    'stat_checkpointer_write_time_total',
    'stat_checkpointer_sync_time_total',
  ],
} as const

/** How often it checkpoints, and how long that takes (total ms). */
export async function checkpoints(queryRow: QueryRow, { version }: Session): Promise<Finding> {
  const { sql, names } = version >= 170_000 ? newer : older
  const { timed, requested, write, sync } = await queryRow<CheckpointsRow>(sql)
  const [nameTimed, nameRequested, nameWrite, nameSync] = names
  const samples: Sample[] = [
    { name: nameTimed, value: timed, type: 'counter' },
    { name: nameRequested, value: requested, type: 'counter' },
    { name: nameWrite, value: write, type: 'counter' },
    { name: nameSync, value: sync, type: 'counter' },
  ]
  return { samples }
}
