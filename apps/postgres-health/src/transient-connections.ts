import { HealthError, type Opening, persistentConnection } from '@bluecore/sidecar'
import type { Client, QueryResultRow } from 'pg'
import { isRoleLimit } from './sqlstate.js'

/** Runs a query that returns exactly one row. */
export type QueryRow = <Row extends QueryResultRow>(sql: string) => Promise<Row>

/** What a new session sees of the server. */
export interface Session {
  /** `server_version_num`: 100023, 180004. */
  version: number
  inRecovery: boolean
  /** Accepts no writes: in recovery, or configured so. */
  readOnly: boolean
  /** From the start of the run until the first answer, in ms. */
  connectMs: number
}

/**
 * Opens a connection, runs `work` on it, and closes it.
 * @param signal when aborted the socket is destroyed, unless it is still opening: then the next run waits for it
 * @throws HealthError `frozen` while a backend is still busy with what an earlier, aborted run asked; what pg throws
 */
export type WithTransientConnection = <T>(
  signal: AbortSignal,
  work: (queryRow: QueryRow, session: Session) => Promise<T>,
) => Promise<T>

/**
 * Connections used for one run each, one at a time. A backend that waits for its disk does not notice that its client has
 * gone, so one that an aborted run left busy is looked up by the next run: as long as it exists, nothing more is asked.
 * This way at most one backend hangs on behalf of a check, however long the hang lasts.
 */
export function transientConnections(open: (gone: () => void) => Opening<Client>): {
  withConnection: WithTransientConnection
  close(): void
} {
  const connection = persistentConnection(open, () => {})
  /** The backend of the run that was aborted. */
  let left: Backend | undefined

  async function withConnection<T>(
    signal: AbortSignal,
    work: (queryRow: QueryRow, session: Session) => Promise<T>,
  ): Promise<T> {
    const begun = performance.now()
    let asked: Backend | undefined
    try {
      return await connection.use(signal, async client => {
        const { pid, busy, ...session } = await rowOf<SessionRow>(client, sessionSql(left?.pid))
        if (left && busy) throw stillBusy(left)
        left = undefined
        asked = { pid, since: performance.now() }
        const result = await work(sql => rowOf(client, sql), { ...session, connectMs: asked.since - begun })
        await client.end()
        return result
      })
    } catch (error) {
      if (asked && signal.aborted) left = asked
      throw left && isRoleLimit(error) ? stillBusy(left) : error
    } finally {
      if (!signal.aborted) connection.close()
    }
  }

  return { withConnection, close: connection.close }
}

interface Backend {
  pid: number
  since: number
}

function stillBusy({ pid, since }: Backend): HealthError {
  const seconds = Math.round((performance.now() - since) / 1000)
  return new HealthError(
    'frozen',
    `backend ${pid} has not finished an earlier statement of this check in ${seconds} s`,
  )
}

interface SessionRow extends Omit<Session, 'connectMs'> {
  pid: number
  busy: boolean
}

const sessionSql = (left = 0) => `
  SELECT pg_backend_pid() AS pid,
         EXISTS (SELECT FROM pg_stat_activity
                  WHERE pid = ${left} AND application_name = current_setting('application_name')) AS busy,
         current_setting('server_version_num')::int AS version,
         pg_is_in_recovery() AS "inRecovery",
         current_setting('transaction_read_only')::bool AS "readOnly"`

/** @returns the first row of the result */
export async function rowOf<Row extends QueryResultRow>(client: Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql)
  return rows[0] as Row
}
