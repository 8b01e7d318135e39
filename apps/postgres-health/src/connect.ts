import { Socket } from 'node:net'
import { type Connection, keepConnection, type Opening } from '@bluecore/sidecar'
import { Client, type QueryResultRow } from 'pg'
import type { PostgresSettings } from './settings.js'
import { healthError } from './sqlstate.js'

/** The kept connection. */
export interface Postgres extends Connection {
  /**
   * @param signal when aborted the socket is destroyed, as pg would go on waiting for the old answer
   * @returns the only row
   * @throws HealthError for everything that has a class
   */
  queryRow<Row extends QueryResultRow>(sql: string, signal: AbortSignal): Promise<Row>
}

export function connect(settings: PostgresSettings, lost: () => void): Postgres {
  const kept = keepConnection(gone => open(settings, gone), lost)
  return {
    async queryRow<Row extends QueryResultRow>(sql: string, signal: AbortSignal) {
      try {
        const { rows } = await kept.use(signal, client => client.query<Row>(sql))
        return rows[0] as Row
      } catch (error) {
        throw healthError(error)
      }
    },
    close: kept.close,
  }
}

function open(settings: PostgresSettings, gone: () => void): Opening<Client> {
  const socket = new Socket()
  const client = new Client({
    host: settings.POSTGRES_HOST,
    port: settings.POSTGRES_PORT,
    user: settings.POSTGRES_USER,
    password: settings.POSTGRES_PASSWORD,
    database: settings.POSTGRES_DB,
    application_name: 'postgres-health',
    stream: () => socket,
  })
  client.on('error', () => {}) // the query in flight is told of it too; without one, 'end' follows
  client.once('end', gone)
  return { ready: client.connect(), destroy: () => socket.destroy() }
}
