import type { Finding } from '@bluecore/sidecar'
import type { QueryRow } from '../transient-connections.js'

export interface LocksRow {
  waiting: number
  /** s, since the statement began that waits; 0 when none does. */
  longest: number
}

// Version 10 does not show since when a session waits: the start of its statement is used instead.
const sql = `
  SELECT count(*)::int AS waiting,
         coalesce(extract(epoch FROM clock_timestamp() - min(query_start)), 0)::float8 AS longest
    FROM pg_stat_activity
   WHERE wait_event_type = 'Lock'`

const longSeconds = 60

export async function locks(queryRow: QueryRow): Promise<Finding> {
  return locksFinding(await queryRow<LocksRow>(sql))
}

export function locksFinding({ waiting, longest }: LocksRow): Finding {
  const warning = `${waiting} sessions wait for a lock, the longest-running statement for ${Math.floor(longest)} s`
  return {
    samples: [
      { name: 'locks_waiting', value: waiting },
      { name: 'locks_waiting_longest_seconds', value: longest },
    ],
    warnings: longest > longSeconds ? [warning] : [],
  }
}
