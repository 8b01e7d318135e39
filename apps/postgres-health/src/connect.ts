import { Socket } from 'node:net'
import { type Connection, type Opening, persistentConnection } from '@bluecore/sidecar'
import { Client, type QueryResultRow } from 'pg'
import type { PostgresSettings } from './settings.js'
import { healthError } from './sqlstate.js'
import { rowOf, transientConnections, type WithTransientConnection } from './transient-connections.js'

/** The kept connection, and connections that last for one run of a check. */
export interface Postgres extends Connection {
  /**
   * On the kept connection.
   * @param signal when aborted the socket is destroyed, because pg would keep waiting for the old answer
   * @returns the only row
   * @throws HealthError for everything that has a class
   */
  queryRow<Row extends QueryResultRow>(sql: string, signal: AbortSignal): Promise<Row>
  /** @param check the name of the check that uses them; pg_stat_activity shows it */
  transient(check: string): WithTransientConnection
}

export function connect(settings: PostgresSettings, lost: () => void): Postgres {
  const kept = persistentConnection(gone => open(settings, appName, gone), lost)
  const closings = [kept.close]
  return {
    async queryRow<Row extends QueryResultRow>(sql: string, signal: AbortSignal) {
      try {
        return await kept.use(signal, client => rowOf<Row>(client, sql))
      } catch (error) {
        throw healthError(error)
      }
    },
    transient(check) {
      const { withConnection, close } = transientConnections(gone =>
        open(settings, `${appName} ${check}`, gone),
      )
      closings.push(close)
      return withConnection
    },
    close() {
      for (const close of closings) close()
    },
  }
}

const appName = 'postgres-health'

function open(settings: PostgresSettings, name: string, gone: () => void): Opening<Client> {
  const socket = new Socket()
  const client = new Client({
    host: settings.POSTGRES_HOST,
    port: settings.POSTGRES_PORT,
    user: settings.POSTGRES_USER,
    password: settings.POSTGRES_PASSWORD,
    database: settings.POSTGRES_DB,
    application_name: name,
    options: '-c synchronous_commit=on',
    stream: () => socket,
  })
  client.on('error', () => {}) // the query in flight rejects too; without one, 'end' follows
  client.once('end', gone)
  return { ready: client.connect(), destroy: () => socket.destroy() }
}
