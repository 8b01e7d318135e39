import { createPostgres, type Postgres } from '@bluecore/sidecar/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setup, start } from '../testing/setup.js'

let server: Postgres
beforeAll(async () => {
  server = await createPostgres()
})
afterAll(() => server?.remove())

const env = () => ({
  POSTGRES_HOST: '127.0.0.1',
  POSTGRES_PORT: server.port,
  POSTGRES_USER: 'postgres',
  POSTGRES_PASSWORD: server.password,
})

test('waits for PostgreSQL, logs why, and continues when it is up', async () => {
  const waiting = start(['wait', 'postgres'], env())
  const goal = `postgres (postgres@127.0.0.1:${server.port}/misskey)`
  await waiting.says(`waiting for ${goal}: connect ECONNREFUSED 127.0.0.1:${server.port}`)
  await server.start()
  expect(await waiting.ended).toMatchObject({ code: 0, output: expect.stringContaining(`${goal} is ready`) })
})

test('a server that hangs is retried', async () => {
  await server.freeze()
  const waiting = start(['wait', 'postgres'], env())
  await waiting.says('timeout')
  await server.thaw()
  expect(await waiting.ended).toMatchObject({ code: 0 })
})

test('a wrong password is reported without printing it', async () => {
  const { code, output } = await setup(['wait', 'postgres'], {
    ...env(),
    POSTGRES_PASSWORD: 'a wrong one',
    SETUP_TIMEOUT_SECONDS: 1,
  })
  expect(code).toBe(1)
  expect(output).toContain('waiting for postgres')
  expect(output).toContain('password authentication failed for user "postgres"')
  expect(output).not.toContain('a wrong one')
})

test('waits for the first migrations without creating their table', async () => {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    password: server.password,
    database: 'misskey',
  })
  await client.connect()
  try {
    const waiting = start(['wait', 'migrations'], env())
    await waiting.says('the database is empty')
    expect((await client.query(`SELECT to_regclass('migrations') AS it`)).rows).toEqual([{ it: null }])
    await client.query(
      'CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL)',
    )
    await waiting.says('they have not finished')
    await client.query(`INSERT INTO migrations (timestamp, name) VALUES (1000000000000, 'Init1000000000000')`)
    expect(await waiting.ended).toMatchObject({ code: 0 })
  } finally {
    await client.end()
  }
})
