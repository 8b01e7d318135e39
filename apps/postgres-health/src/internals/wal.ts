import type { Finding } from '@bluecore/sidecar'
import type { QueryRow } from '../transient-connections.js'

export interface WalRow {
  segments: number
  bytes: number
  archived: number
  failed: number
  /** The last attempt to archive failed. */
  failing: boolean
}

const sql = `
  SELECT segments, bytes, archived_count::float8 AS archived, failed_count::float8 AS failed,
         coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS failing
    FROM pg_stat_archiver,
         (SELECT count(*)::int AS segments, coalesce(sum(size), 0)::float8 AS bytes
            FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$') AS files`

/** The WAL files, and whether they are archived: those that cannot be archived are kept until the volume is full. */
export async function wal(queryRow: QueryRow): Promise<Finding> {
  return walFinding(await queryRow<WalRow>(sql))
}

export function walFinding({ segments, bytes, archived, failed, failing }: WalRow): Finding {
  const warning = `archiving fails (${failed} times so far): ${segments} WAL files of ${Math.floor(bytes / 2 ** 20)} MiB in total are kept`
  return {
    samples: [
      { name: 'wal_segments', value: segments },
      { name: 'wal_size_bytes', value: bytes },
      { name: 'stat_archiver_archived_count', value: archived, type: 'counter' },
      { name: 'stat_archiver_failed_count', value: failed, type: 'counter' },
    ],
    warnings: failing ? [warning] : [],
  }
}
