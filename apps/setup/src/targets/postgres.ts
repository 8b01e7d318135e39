import pg from 'pg'
import type { Settings } from '../settings.js'
import type { TargetFrom } from './target.js'

/** PostgreSQL answers a query to the role and database that will be used, and takes writes. */
export const postgres: TargetFrom = settings => {
  const query = database(settings)
  return {
    goal: `postgres (${query.where})`,
    async attempt() {
      const [row] = await query.run<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby')
      if (row?.standby) throw new Error('it is a standby and takes no writes')
    },
  }
}

/**
 * Misskey's migrations have run at least once: TypeORM's table holds a row.
 * Only Misskey's own `migration:show` knows whether all have. It creates the table when it is missing, and that
 * collides with a first `migration:run` ("relation already exists"): so ask this first.
 */
export const migrations: TargetFrom = settings => {
  const query = database(settings)
  return {
    goal: `migrations (${query.where})`,
    async attempt() {
      const [table] = await query.run<{ there: boolean }>(
        `SELECT to_regclass('migrations') IS NOT NULL AS there`,
      )
      if (!table?.there) throw new Error('the database is empty')
      const rows = await query.run('SELECT FROM migrations LIMIT 1')
      if (rows.length === 0) throw new Error('they are running')
    },
  }
}

function database(settings: Settings) {
  const host = settings.text('POSTGRES_HOST')
  const port = settings.number('POSTGRES_PORT', 5432, 1, 65_535)
  const user = settings.text('POSTGRES_USER')
  const password = settings.secret('POSTGRES_PASSWORD')
  const name = settings.text('POSTGRES_DB', 'misskey')
  return {
    where: `${user}@${host}:${port}/${name}`,
    /** One connection for one question: a kept one would hide that new ones are refused. */
    async run<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
      const client = new pg.Client({
        ...{ host, port, user, password, database: name },
        connectionTimeoutMillis: 5_000,
        query_timeout: 5_000,
      })
      client.on('error', () => {}) // told by the pending query
      try {
        await client.connect()
        return (await client.query<Row>(sql)).rows
      } finally {
        client.end().catch(() => {}) // a hung server must not hold us
      }
    },
  }
}
