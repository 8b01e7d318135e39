import type { Finding } from '@bluecore/sidecar'
import type { QueryRow } from '../transient-connections.js'

export interface TransactionsRow {
  count: number
  /** s; 0 when there is none. */
  oldest: number
  xid_age: number
  mxid_age: number
}

// Those of our own role are this sidecar's; a session that is still starting has no name yet.
const sql = `
  WITH running AS (
    SELECT xact_start AS begun FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND xact_start IS NOT NULL AND usename <> session_user
    UNION ALL
    SELECT prepared FROM pg_prepared_xacts)
  SELECT (SELECT count(*)::int FROM running) AS count,
         (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(begun)), 0)::float8 FROM running) AS oldest,
         max(age(datfrozenxid))::float8 AS xid_age,
         max(mxid_age(datminmxid))::float8 AS mxid_age
    FROM pg_database`

/** While a transaction is open, VACUUM cannot remove rows that were deleted since it began. */
const oldestSeconds = 3_600

/** Half of the ID space: autovacuum freezes from 200 million on, and near 2 000 million the server refuses writes. */
const oldAge = 1_000_000_000

export async function transactions(queryRow: QueryRow): Promise<Finding> {
  return transactionsFinding(await queryRow<TransactionsRow>(sql))
}

export function transactionsFinding({ count, oldest, xid_age, mxid_age }: TransactionsRow): Finding {
  const warnings: string[] = []
  if (oldest > oldestSeconds)
    warnings.push(
      `a transaction has been open for ${Math.floor(oldest / 60)} min: VACUUM cannot remove dead rows`,
    )
  for (const [what, age] of [
    ['transaction', xid_age],
    ['multixact', mxid_age],
  ] as const) {
    if (age >= oldAge)
      warnings.push(`the oldest ${what} ID is ${age} old: at 2000000000 writes are refused; run VACUUM`)
  }
  return {
    samples: [
      { name: 'long_running_transactions', value: count },
      { name: 'long_running_transactions_oldest_timestamp_seconds', value: oldest },
      { name: 'database_wraparound_age_datfrozenxid', value: xid_age },
      { name: 'database_wraparound_age_datminmxid', value: mxid_age },
    ],
    warnings,
  }
}
