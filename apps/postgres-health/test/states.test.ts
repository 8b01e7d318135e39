import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  codes,
  createPostgres,
  metric,
  type Postgres,
  type Sidecar,
  untilReadyzSays,
  unusable,
  usable,
} from '@bluecore/sidecar/testing'
import type { Client } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { beside, column, connectAs, expectClass, limitMs } from '../testing/postgres-sidecar.js'

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
  sidecar = await beside(server, env)
}

async function enter(): Promise<Client> {
  const client = await connectAs(server)
  clients.push(client)
  return client
}

/** Some clients can use the server, as there is no other one, and it must not be restarted. */
async function expectDegraded(reason: string) {
  await untilReadyzSays(sidecar, /^warn: /, limitMs)
  expect(await codes(sidecar)).toEqual(usable)
  expect((await sidecar.get('/readyz')).body).toContain(reason)
  expect((await sidecar.get('/livez')).body).toBe('pass: the server responds\n')
  expect(await metric(sidecar, 'pg_up')).toBe(1)
}

test('a healthy server is ready, with its numbers', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const options = { timeout: limitMs, interval: 200 }
  await expect.poll(() => metric(sidecar, 'pg_stat_activity_count'), options).toBe(1)
  const { body } = await sidecar.get('/metrics')
  expect(body).toContain('\npg_up 1\n')
  expect(body).toContain('\npg_settings_max_connections 12\n')
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
])('with %s it is `auth`, and alive', { timeout }, async (what, env, reason) => {
  await begin(env)
  await expectClass(sidecar, what, 'kept-connection', 'auth')
  await expectDegraded(`kept-connection is auth: ${reason}`)
})

test('at the limit of its clients it is `saturated`, and serves them, until one leaves', {
  timeout,
}, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  for (let place = 0; place < 9; place++) await enter()
  await expectClass(sidecar, 'no place for one more', 'kept-connection', 'saturated')
  await expectDegraded('kept-connection is saturated: 10 of 10 connections are in use')
  expect(await metric(sidecar, 'pg_stat_activity_count')).toBe(10)
  await clients.pop()?.end()
  await sidecar.untilClass('kept-connection', 'up', limitMs)
})

test('a new client beyond maxclients is refused with the reason, and that is `saturated` too', {
  timeout,
}, async () => {
  for (let place = 0; place < 10; place++) await enter()
  await begin()
  await expectClass(sidecar, 'no place for one more', 'kept-connection', 'saturated')
  await expectDegraded('reserved for non-replication superuser connections (SQLSTATE 53300)')
})

test('with read-only transactions it is `readonly`, and alive', { timeout }, async () => {
  const admin = await enter()
  await admin.query('ALTER ROLE health SET default_transaction_read_only = on')
  await begin()
  await expectClass(sidecar, 'read-only transactions', 'kept-connection', 'readonly')
  await expectDegraded('kept-connection is readonly: transactions are read-only')
  await admin.query('ALTER ROLE health RESET default_transaction_read_only')
})

test('a kept connection that is closed by the server is replaced within a second', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const admin = await enter()
  const pid = async () => {
    const [found] = await column(
      admin,
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'postgres-health'",
    )
    return found
  }
  const first = await pid()
  await admin.query('SELECT pg_terminate_backend($1)', [first])
  await expect.poll(pid, { timeout: 1_000, interval: 20 }).not.toBe(first)
  await sidecar.until('/readyz', 200, 1_000)
})

test('a server that is shut down and started again is not ready meanwhile', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const before = await metric(sidecar, 'pg_postmaster_start_time_seconds')
  process.kill(server.pid(), 'SIGINT')
  await expectClass(sidecar, 'shut down', 'kept-connection', 'refused', 3_000)
  expect(await codes(sidecar)).toEqual({ startupz: 503, readyz: 503, livez: 200 })
  await server.start()
  await sidecar.until('/readyz', 200, limitMs)
  expect(await codes(sidecar)).toEqual(usable)
  expect(await metric(sidecar, 'pg_postmaster_start_time_seconds')).toBeGreaterThan(Number(before))
})

test('while newcomers wait for the roles, whoever is connected is served', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const blocker = await enter()
  await blocker.query('BEGIN; LOCK pg_authid IN ACCESS EXCLUSIVE MODE') // as VACUUM FULL does
  const answers = () => metric(sidecar, 'bluecore_check_runs_total{check="kept-connection",class="up"}')
  const before = Number(await answers())
  await expect.poll(answers, { timeout: limitMs, interval: 100 }).toBeGreaterThan(before + 2)
  await blocker.query('ROLLBACK')
})

test('one cancelled statement is a hiccup', { timeout }, async () => {
  const admin = await enter()
  // The check finds this function first, and waits when somebody holds the table.
  await admin.query(`
    CREATE TABLE gate ();
    GRANT SELECT ON gate TO health;
    CREATE FUNCTION pg_is_in_recovery() RETURNS bool AS 'SELECT count(*) > 0 FROM gate' LANGUAGE sql;
    ALTER ROLE health SET search_path = public, pg_catalog`)
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  const blocker = await enter()
  await blocker.query('BEGIN; LOCK gate IN ACCESS EXCLUSIVE MODE')
  const cancel =
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'postgres-health' AND wait_event_type = 'Lock'"
  await expect.poll(() => column(blocker, cancel), { timeout: limitMs, interval: 10 }).toEqual([true])
  await blocker.query('ROLLBACK')
  const cancelled = 'bluecore_check_runs_total{check="kept-connection",class="saturated"}'
  await expect.poll(() => metric(sidecar, cancelled), { timeout: limitMs, interval: 50 }).toBe(1)
  expect((await sidecar.get('/status')).body).not.toContain('"class": "saturated"')
  await admin.query(
    'ALTER ROLE health RESET search_path; DROP FUNCTION public.pg_is_in_recovery(); DROP TABLE gate',
  )
})

// The last one: the server stays in recovery.
test('a server that recovers is `starting`: not ready, but started and alive', { timeout }, async () => {
  await begin()
  await sidecar.until('/readyz', 200, limitMs)
  await server.kill()
  // A standby without a primary stays in recovery; without hot_standby it accepts no connections meanwhile.
  writeFileSync(join(server.folder, 'data/recovery.conf'), "standby_mode = 'on'\n")
  await server.launch()
  await expect.poll(() => server.output(), { timeout: limitMs }).toContain('entering standby mode')
  await expectClass(sidecar, 'recovery', 'kept-connection', 'starting')
  expect(await codes(sidecar)).toEqual(unusable)
  const reason = 'kept-connection is starting: the database system is starting up (SQLSTATE 57P03)'
  expect((await sidecar.get('/readyz')).body).toContain(reason)
  expect((await sidecar.get('/livez')).body).toBe('pass: the server responds\n')
})
