import type { Check, Finding } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'
import { healthError } from '../sqlstate.js'

/** Needs no table and no privilege, and its transaction is on disk before it is answered. */
const canary = `SELECT pg_logical_emit_message(true, 'bluecore', '')`

/**
 * Does it accept new connections, and can it still write? The kept connection proves neither: the backend behind it needs
 * no other process and no disk. Writes on a primary only. The step `commit` is the time of one WAL write.
 */
export function freshConnection(postgres: Postgres): Check {
  const name = 'fresh-connection'
  const withConnection = postgres.transient(name)
  return {
    name,
    intervalMs: 30_000,
    retryMs: 5_000,
    deadlineMs: 2_500,
    async run(signal): Promise<Finding> {
      try {
        return await withConnection(signal, async (queryRow, { readOnly, connectMs }) => {
          if (readOnly) return { steps: { connect: connectMs } }
          const begun = performance.now()
          await queryRow(canary)
          return { steps: { connect: connectMs, commit: performance.now() - begun } }
        })
      } catch (error) {
        throw healthError(error)
      }
    },
  }
}
