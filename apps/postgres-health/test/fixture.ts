import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Postgres, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Client } from 'pg'
import { expect } from 'vitest'

export const versions = [10, 18] as const

/** How long a busy machine may take for what is done at once, in ms. */
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

/** The process that forks all others. */
export function postmasterOf(server: Postgres): number {
  return Number(readFileSync(join(server.folder, 'data/postmaster.pid'), 'utf8').split('\n')[0])
}

/** What the probes of the server's container get. */
export async function codes(sidecar: Sidecar) {
  const [startupz, readyz, livez] = await Promise.all(
    ['/startupz', '/readyz', '/livez'].map(async path => (await sidecar.get(path)).status),
  )
  return { startupz, readyz, livez }
}

export const usable = { startupz: 200, readyz: 200, livez: 200 }
/** Not to be used, nor to be restarted. */
export const unusable = { startupz: 200, readyz: 503, livez: 200 }

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

/** The value of a metric, labels included in the name; undefined when it is not there. */
export async function metric(sidecar: Sidecar, name: string): Promise<number | undefined> {
  const { body } = await sidecar.get('/metrics')
  const line = body.split('\n').find(text => text.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

/** Waits for a text in the answer of /readyz, whatever its code. */
export async function untilReadyzSays(sidecar: Sidecar, text: string, limit = limitMs) {
  const options = { timeout: limit, interval: 100 }
  await expect.poll(async () => (await sidecar.get('/readyz')).body, options).toContain(text)
}
