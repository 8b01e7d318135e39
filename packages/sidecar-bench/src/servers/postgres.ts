import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createPostgres } from '@bluecore/sidecar/testing'
import pg from 'pg'
import type { Server } from '../server.js'

export async function postgresServer(): Promise<Server> {
  const server = await createPostgres()
  const { port, password } = server

  async function ask(sql: string): Promise<number> {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password,
      database: 'postgres',
    })
    client.on('error', () => {}) // the query is told too
    await client.connect()
    try {
      const { rows } = await client.query({ text: sql, rowMode: 'array' })
      return Number(rows[0]?.[0])
    } finally {
      await client.end()
    }
  }
  async function setReadOnly(value: 'on' | 'off') {
    await ask(`ALTER SYSTEM SET default_transaction_read_only = ${value}`)
    await ask('SELECT pg_reload_conf()')
  }

  return {
    name: 'postgres',
    process: server,
    sidecarEnv: { POSTGRES_PORT: String(port), POSTGRES_PASSWORD: password },
    exporter: exporterPort => ({
      file: 'prometheus-postgres-exporter',
      args: [`--web.listen-address=127.0.0.1:${exporterPort}`],
      env: {
        DATA_SOURCE_NAME: `postgresql://postgres@127.0.0.1:${port}/misskey?sslmode=disable`,
        PGPASSWORD: password, // 0.11 takes no blank in the line above
      },
    }),
    execProbe: { file: pgIsready(), args: ['-q', '-h', '127.0.0.1', '-p', String(port)], env: {} },
    pid: async () => server.pid(),
    queries: () => ask('SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database'),
    connections: () => ask("SELECT count(*) FROM pg_stat_activity WHERE usename = 'health'"),
    cutConnections: () =>
      ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'health'"),
    async breakState() {
      await setReadOnly('on')
      return { wrong: 'transactions are read-only', release: () => setReadOnly('off') }
    },
  }
}

/** The program itself: what Debian has on the PATH is a script around it that costs more. */
function pgIsready(): string {
  const versions = '/usr/lib/postgresql'
  const found = existsSync(versions) ? readdirSync(versions) : []
  return found.map(version => join(versions, version, 'bin/pg_isready')).find(existsSync) ?? 'pg_isready'
}
