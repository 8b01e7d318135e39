import type { Check, Finding } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'
import { checkpoints } from '../internals/checkpoints.js'
import { locks } from '../internals/locks.js'
import { replication } from '../internals/replication.js'
import { transactions } from '../internals/transactions.js'
import { wal } from '../internals/wal.js'
import { healthError } from '../sqlstate.js'
import type { QueryRow, Session } from '../transient-connections.js'

/** Queries one aspect of the server and interprets the numbers. */
export type Topic = (queryRow: QueryRow, session: Session) => Promise<Finding>

const topics: readonly Topic[] = [transactions, locks, replication, wal, checkpoints]

/**
 * Early warnings. Uses connections of its own, so that a slow answer does not delay the kept connection.
 * Samples have the names of postgres_exporter where it has the same number.
 */
export function internals(postgres: Postgres): Check {
  const name = 'internals'
  const withConnection = postgres.transient(name)
  return {
    name,
    intervalMs: 15_000,
    deadlineMs: 2_500,
    advisory: true,
    async run(signal) {
      try {
        return await withConnection(signal, async (queryRow, session) => {
          const findings: Finding[] = [
            { samples: [{ name: 'settings_server_version_num', value: session.version }] },
          ]
          for (const topic of topics) findings.push(await topic(queryRow, session))
          return {
            samples: findings.flatMap(({ samples = [] }) => samples),
            warnings: findings.flatMap(({ warnings = [] }) => warnings),
          }
        })
      } catch (error) {
        throw healthError(error)
      }
    },
  }
}
