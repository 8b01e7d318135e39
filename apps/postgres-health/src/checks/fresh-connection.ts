import type { Check, Finding } from '@bluecore/sidecar'
import type { Postgres } from '../connect.js'
import { healthError, isRoleLimit } from '../sqlstate.js'

/** Needs no table and no right, and its transaction is on disk before it is answered. */
const canary = `SELECT pg_logical_emit_message(true, 'bluecore', '')`

/**
 * Does it let a newcomer in, and can it still write? A kept connection knows neither: the process that answers it needs
 * nobody else and no disk. Writes on a primary only. The step `commit` is the time of one write of the WAL.
 */
export function freshConnection(postgres: Postgres): Check {
  const name = 'fresh-connection'
  const visit = postgres.visits(name)
  return {
    name,
    intervalMs: 30_000,
    retryMs: 5_000,
    deadlineMs: 2_500,
    async run(signal): Promise<Finding> {
      try {
        return await visit(signal, async (queryRow, { readOnly, connectMs }) => {
          if (readOnly) return { steps: { connect: connectMs } }
          const begun = performance.now()
          await queryRow(canary)
          return { steps: { connect: connectMs, commit: performance.now() - begun } }
        })
      } catch (error) {
        // Others may well come in: this is no reason to send them away.
        if (isRoleLimit(error)) return { warnings: [`${healthError(error).message}: no write was tried`] }
        throw healthError(error)
      }
    },
  }
}
