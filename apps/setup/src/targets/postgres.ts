import { port, type Settings, type SettingsSpec } from '@bluecore/settings'
import pg from 'pg'
import * as z from 'zod/mini'
import { defineTarget } from './target.js'

const shape = {
  POSTGRES_HOST: z.string(),
  POSTGRES_PORT: z._default(port(), 5432),
  POSTGRES_USER: z.string(),
  POSTGRES_PASSWORD: z.string(),
  POSTGRES_DB: z._default(z.string(), 'misskey'),
}
const spec: SettingsSpec<typeof shape> = { shape, secrets: ['POSTGRES_PASSWORD'] }

/** PostgreSQL answers a query of the role in the database that will be used, and accepts writes. */
export const postgres = defineTarget(spec, settings => {
  const query = database(settings)
  return {
    goal: `postgres (${query.where})`,
    async attempt() {
      const [row] = await query.run<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
      if (row?.standby) throw new Error('it is a standby and accepts no writes')
    },
  }
})

/**
 * Misskey's migrations have run at least once: TypeORM's table holds a row.
 * Only Misskey's own `migration:show` knows whether all have. It creates the table when it is missing, and that
 * collides with a first `migration:run` ("relation already exists"): so ask this first.
 */
export const migrations = defineTarget(spec, settings => {
  const query = database(settings)
  return {
    goal: `migrations (${query.where})`,
    async attempt() {
      const [table] = await query.run<{ there: boolean }>(
        `SELECT to_regclass('migrations') IS NOT NULL AS there`,
      )
      if (!table?.there) throw new Error('the database is empty')
      const rows = await query.run('SELECT FROM migrations LIMIT 1')
      if (rows.length === 0) throw new Error('they have not finished')
    },
  }
})

function database(settings: Settings<typeof shape>) {
  const { POSTGRES_HOST: host, POSTGRES_PORT: port, POSTGRES_USER: user } = settings
  const { POSTGRES_PASSWORD: password, POSTGRES_DB: name } = settings
  return {
    where: `${user}@${host}:${port}/${name}`,
    /** A new connection for each query: a persistent one would hide that new ones are refused. */
    async run<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
      const client = new pg.Client({
        ...{ host, port, user, password, database: name },
        connectionTimeoutMillis: 5_000,
        query_timeout: 5_000,
      })
      client.on('error', () => {}) // the pending query rejects too
      try {
        await client.connect()
        return (await client.query<Row>(sql)).rows
      } finally {
        client.end().catch(() => {}) // not awaited: a hung server must not block us
      }
    },
  }
}
