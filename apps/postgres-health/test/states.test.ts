import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPostgres, type Postgres, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

const app = new URL('../', import.meta.url)
const limitMs = 10_000
const timeout = 120_000

let server: Postgres
let sidecar: Sidecar
const clients: Client[] = []

beforeAll(async () => {
  server = await createPostgres(['max_connections=12', 'superuser_reserved_connections=2', 'hot_standby=off'])
  await server.start()
}, timeout)
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end()
  await sidecar?.remove()
})
afterAll(() => server?.remove())

async function begin(env: Record<string, string> = {}) {
  sidecar = await startSidecar(app, {
    POSTGRES_PORT: server.port,
    POSTGRES_PASSWORD: server.password,
    ...env,
  })
}

async function connectAs(user: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port: server.port,
    user,
    password: server.password,
    database: 'misskey',
  })
  client.on('error', () => {})
  await client.connect()
  clients.push(client)
  return client
}

/** The server is there, cannot be used, and must not be restarted. */
async function expectAlive(reason: string) {
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining(reason) })
  expect(await sidecar.get('/startupz')).toMatchObject({ status: 200 })
  expect(await sidecar.get('/livez')).toMatchObject({ status: 200, body: 'pass: it answers\n' })
}

test('a well server is ready, with its numbers', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const { body } = await sidecar.get('/metrics')
  expect(body).toContain('\npg_up 1\n')
  expect(body).toContain('\npg_settings_max_connections 12\n')
  expect(body).toContain('\npg_stat_activity_count 1\n')
  const started = Number(/^pg_postmaster_start_time_seconds (.*)$/m.exec(body)?.[1])
  expect(Date.now() / 1000 - started).toBeGreaterThan(0)
  expect(Date.now() / 1000 - started).toBeLessThan(600)
})

test.each([
  [
    'a wrong password',
    { POSTGRES_PASSWORD: 'wrong' },
    'password authentication failed for user "health" (SQLSTATE 28P01)',
  ],
  [
    'an unknown role',
    { POSTGRES_USER: 'nobody' },
    'password authentication failed for user "nobody" (SQLSTATE 28P01)',
  ],
  ['an unknown database', { POSTGRES_DB: 'nothing' }, 'database "nothing" does not exist (SQLSTATE 3D000)'],
])('with %s it is `auth`, and alive', { timeout }, async (_, env, reason) => {
  await begin(env)
  await sidecar.untilClass('kept-connection', 'auth', limitMs)
  await expectAlive(`kept-connection is auth: ${reason}`)
})

test('with no place for one more client it is `saturated`, and alive, until one leaves', {
  timeout,
}, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  for (let place = 0; place < 9; place++) await connectAs('postgres')
  await sidecar.untilClass('kept-connection', 'saturated', limitMs)
  await expectAlive('kept-connection is saturated: 10 of 10 connections are taken')
  expect((await sidecar.get('/metrics')).body).toContain('\npg_stat_activity_count 10\n')
  await clients.pop()?.end()
  await sidecar.until('/readyz', 200, limitMs)
})

test('a newcomer without a place is told so, and that is `saturated` too', { timeout }, async () => {
  for (let place = 0; place < 10; place++) await connectAs('postgres')
  await begin()
  await sidecar.untilClass('kept-connection', 'saturated', limitMs)
  await expectAlive('reserved for non-replication superuser connections (SQLSTATE 53300)')
})

test('with read-only transactions it is `readonly`, and alive', { timeout }, async () => {
  const admin = await connectAs('postgres')
  await admin.query('ALTER ROLE health SET default_transaction_read_only = on')
  await begin()
  await sidecar.untilClass('kept-connection', 'readonly', limitMs)
  await expectAlive('kept-connection is readonly: transactions are read-only')
  await admin.query('ALTER ROLE health RESET default_transaction_read_only')
})

test('a kept connection that is ended from outside is replaced within the second', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const admin = await connectAs('postgres')
  const pid = async () => {
    const { rows } = await admin.query(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'postgres-health'",
    )
    return rows[0]?.pid
  }
  const first = await pid()
  await admin.query('SELECT pg_terminate_backend($1)', [first])
  await expect.poll(pid, { timeout: 1_000, interval: 20 }).not.toBe(first)
  await sidecar.until('/readyz', 200, 1_000)
})

// The last one: the server stays in recovery.
test('a server that recovers is `starting`: not ready, but started and alive', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  await server.kill()
  // A standby without a primary recovers for ever; without hot_standby it lets nobody in meanwhile.
  writeFileSync(join(server.folder, 'data/recovery.conf'), "standby_mode = 'on'\n")
  await server.launch()
  await sidecar.untilClass('kept-connection', 'starting', limitMs)
  await expectAlive('kept-connection is starting: the database system is starting up (SQLSTATE 57P03)')
})
