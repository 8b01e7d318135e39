import { type Check, HealthError, type Sample } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'

interface Row {
  in_recovery: boolean
  read_only: boolean
  clients: number
  max_connections: number
  reserved: number
  started_at: number
}

// Walsenders count: before version 12 they take from max_connections. The function, not the view: the view reads
// pg_authid, which may be locked while everyone who is connected goes on.
const sql = `
  SELECT pg_is_in_recovery() AS in_recovery,
         current_setting('transaction_read_only')::bool AS read_only,
         (SELECT count(*)::int FROM pg_stat_get_activity(NULL)
           WHERE backend_type IN ('client backend', 'walsender')) AS clients,
         current_setting('max_connections')::int AS max_connections,
         current_setting('superuser_reserved_connections')::int AS reserved,
         extract(epoch FROM pg_postmaster_start_time())::float8 AS started_at`

/** Does it respond, accept writes, and have a free connection slot? Costs one row a second on a kept connection. */
export function keptConnection(postgres: Postgres): Check {
  return {
    name: 'kept-connection',
    intervalMs: 1_000,
    deadlineMs: 800,
    async run(signal) {
      const row = await postgres.queryRow<Row>(sql, signal)
      const samples = samplesOf(row)
      const room = row.max_connections - row.reserved
      if (row.clients >= room) {
        throw new HealthError('saturated', `${row.clients} of ${room} connections are in use`, { samples })
      }
      if (row.in_recovery)
        throw new HealthError('readonly', 'it is in recovery and accepts no writes', { samples })
      if (row.read_only) throw new HealthError('readonly', 'transactions are read-only', { samples })
      return { samples }
    },
  }
}

// Named as postgres_exporter names them.
function samplesOf(row: Row): Sample[] {
  return [
    { name: 'replication_is_replica', value: Number(row.in_recovery) },
    { name: 'settings_transaction_read_only', value: Number(row.read_only) },
    { name: 'stat_activity_count', value: row.clients },
    { name: 'settings_max_connections', value: row.max_connections },
    { name: 'settings_superuser_reserved_connections', value: row.reserved },
    { name: 'postmaster_start_time_seconds', value: row.started_at },
  ]
}
