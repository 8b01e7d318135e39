import { HealthError, keepConnection, type Opening } from '@bluecore/sidecar'
import type { Client, QueryResultRow } from 'pg'
import { isRoleLimit } from './sqlstate.js'

/** Asks a question that has one row for an answer. */
export type QueryRow = <Row extends QueryResultRow>(sql: string) => Promise<Row>

/** What a newcomer sees of the server. */
export interface Arrival {
  /** `server_version_num`: 100023, 180004. */
  version: number
  inRecovery: boolean
  /** Takes no writes: in recovery, or told so. */
  readOnly: boolean
  /** From the start of the run, the first answer included. */
  connectMs: number
}

/**
 * Opens a connection, does something on it, and ends it.
 * @param signal when aborted the socket is destroyed, save one that is not open yet: the next visit goes on waiting for it
 * @throws HealthError `frozen` while a process of ours still has to do what an earlier visit asked; what pg throws
 */
export type Visit = <T>(
  signal: AbortSignal,
  work: (queryRow: QueryRow, arrival: Arrival) => Promise<T>,
) => Promise<T>

/**
 * Visits one after the other. A process of the server that waits for its disk does not notice that its client has gone,
 * so one that was left busy is looked for at the next visit: as long as it is there, nothing more is asked.
 * So at most one of them is stuck, however long it lasts.
 */
export function createVisits(open: (gone: () => void) => Opening<Client>): { visit: Visit; close(): void } {
  const connection = keepConnection(open, () => {})
  /** The process of the visit that was cut off. */
  let left: Process | undefined

  async function visit<T>(
    signal: AbortSignal,
    work: (queryRow: QueryRow, arrival: Arrival) => Promise<T>,
  ): Promise<T> {
    const begun = performance.now()
    let asked: Process | undefined
    try {
      return await connection.use(signal, async client => {
        signal.throwIfAborted() // its opening took longer than this run, and belongs to the next one
        const { pid, busy, ...seen } = await rowOf<ArrivalRow>(client, arrivalSql(left?.pid))
        if (left && busy) throw stillBusy(left)
        left = undefined
        asked = { pid, since: performance.now() }
        const result = await work(sql => rowOf(client, sql), { ...seen, connectMs: asked.since - begun })
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

  return { visit, close: connection.close }
}

interface Process {
  pid: number
  since: number
}

function stillBusy({ pid, since }: Process): HealthError {
  const seconds = Math.round((performance.now() - since) / 1000)
  return new HealthError('frozen', `process ${pid} has not done in ${seconds} s what it was asked`)
}

interface ArrivalRow extends Omit<Arrival, 'connectMs'> {
  pid: number
  busy: boolean
}

const arrivalSql = (left = 0) => `
  SELECT pg_backend_pid() AS pid,
         EXISTS (SELECT FROM pg_stat_activity
                  WHERE pid = ${left} AND application_name = current_setting('application_name')) AS busy,
         current_setting('server_version_num')::int AS version,
         pg_is_in_recovery() AS "inRecovery",
         current_setting('transaction_read_only')::bool AS "readOnly"`

export async function rowOf<Row extends QueryResultRow>(client: Client, sql: string): Promise<Row> {
  const { rows } = await client.query<Row>(sql)
  return rows[0] as Row
}
