import type { Check, Finding } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'
import { checkpoints } from '../internals/checkpoints.js'
import { locks } from '../internals/locks.js'
import { replication } from '../internals/replication.js'
import { transactions } from '../internals/transactions.js'
import { wal } from '../internals/wal.js'
import { healthError } from '../sqlstate.js'
import type { Arrival, QueryRow } from '../visits.js'

/** Asks about one matter of the server, and says what the numbers mean. */
export type Topic = (queryRow: QueryRow, arrival: Arrival) => Promise<Finding>

const topics: readonly Topic[] = [transactions, locks, replication, wal, checkpoints]

/**
 * What will be trouble later. On connections of its own: a slow answer must not keep the kept connection waiting.
 * Samples are named as postgres_exporter names them where it has the same number.
 */
export function internals(postgres: Postgres): Check {
  const name = 'internals'
  const visit = postgres.visits(name)
  return {
    name,
    intervalMs: 15_000,
    deadlineMs: 2_500,
    advisory: true,
    async run(signal) {
      try {
        return await visit(signal, async (queryRow, arrival) => {
          const findings: Finding[] = [
            { samples: [{ name: 'settings_server_version_num', value: arrival.version }] },
          ]
          for (const topic of topics) findings.push(await topic(queryRow, arrival))
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
