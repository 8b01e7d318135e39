import { type Postgres, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Client } from 'pg'

export const versions = [10, 18] as const
export type Version = (typeof versions)[number]

/** Limit for what happens at once on an idle machine, in ms. */
export const limitMs = 20_000

type Env = Readonly<Record<string, string | number>>

export function beside(server: Postgres, env: Env = {}): Promise<Sidecar> {
  return startSidecar(new URL('../', import.meta.url), {
    POSTGRES_PORT: server.port,
    POSTGRES_PASSWORD: server.password,
    ...env,
  })
}

export async function connectAs(server: Postgres, user = 'postgres'): Promise<Client> {
  const { port, password } = server
  const client = new Client({ host: '127.0.0.1', port, user, password, database: 'misskey' })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** The first column of each row. */
export async function column(client: Client, sql: string): Promise<unknown[]> {
  const { rows } = await client.query({ text: sql, rowMode: 'array' })
  return rows.map(row => row[0])
}

/** Waits for the class, and prints how long it took. */
export async function expectClass(
  sidecar: Sidecar,
  what: string,
  check: string,
  wanted: string,
  limit = limitMs,
) {
  const ms = await sidecar.untilClass(check, wanted, limit)
  console.log(`${what}: ${check} is ${wanted} after ${Math.round(ms)} ms`)
}
