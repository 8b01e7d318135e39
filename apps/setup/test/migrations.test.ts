import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPostgres, createRedis, type LocalServer, type Postgres } from '@bluecore/sidecar/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Config, startContainer, writeConfig } from '../testing/misskey.js'

/** The script that the migrations Job and the init container of Misskey's pods run in Misskey's image. */
const chart = join(import.meta.dirname, '../../../charts/umbrella/charts/misskey')
const script = readFileSync(join(chart, 'files/migrations.mjs'), 'utf8')
const migrations = (...args: string[]) => ['node', '--input-type=module', '--eval', script, ...args]
/** Key of the advisory lock in the script. */
const lock = 12119

let server: Postgres
let redisServer: LocalServer
let config: Config
beforeAll(async () => {
  server = await createPostgres()
  redisServer = await createRedis()
  await redisServer.start() // without Redis the settings' module ends the process, after some ten seconds
  const db = { host: '127.0.0.1', port: server.port, db: 'misskey', user: 'postgres', pass: server.password }
  const redis = { host: '127.0.0.1', port: redisServer.port, prefix: 'misskey' }
  config = writeConfig({ url: 'https://misskey.example', id: 'aid', db, redis })
})
afterAll(async () => {
  await server?.remove()
  await redisServer?.remove()
  config?.remove()
})

async function connect(): Promise<pg.Client> {
  const login = { user: 'postgres', password: server.password, database: 'misskey' }
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, ...login })
  await client.connect()
  return client
}

async function query(sql: string): Promise<void> {
  const client = await connect()
  await client.query(sql)
  await client.end()
}

async function container(...command: string[]) {
  const started = await startContainer(config, ...command)
  onTestFinished(async () => void (await started.remove()))
  return started
}

test('waits while the database is away and while migrations are left, and ends when all are done', async () => {
  const waiting = await container(...migrations('wait'))
  await waiting.says(
    'waiting for the migrations, but cannot read their state: connect ECONNREFUSED 127.0.0.1',
  )

  await server.start()
  await waiting.says('waiting for the Job of the migrations: ')
  const job = await container(...migrations('run'))
  expect(await job.exitCode()).toBe(0)
  await job.says('done: ')
  await waiting.says('migrations are done')
  expect(await waiting.exitCode()).toBe(0)
})

test('run again, the Job finds nothing to do', async () => {
  const job = await container(...migrations('run'))
  expect(await job.exitCode()).toBe(0)
  await job.says('0 of ')
})

test('after a new image under the same tag, whose Job has run before, a pod migrates itself', async () => {
  await query('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
  const pod = await container(...migrations('wait', '3'))
  await pod.says('no Job has run the migrations within 3 s: running them here')
  expect(await pod.exitCode()).toBe(0)
  await pod.says('done: ')
})

test('one process at a time migrates; the others wait for its lock', async () => {
  const client = await connect()
  await client.query(`SELECT pg_advisory_lock(${lock})`)
  const job = await container(...migrations('run'))
  await job.says('another process runs the migrations: waiting until it has finished')
  await client.end()
  expect(await job.exitCode()).toBe(0)
  await job.says('0 of ')
})

test.each(['run', 'wait'])('a database of a newer Misskey is an error: %s', async mode => {
  const newer = 'fromTheFuture9999999999999'
  await query(`INSERT INTO migrations (timestamp, name) VALUES (9999999999999, '${newer}')`)
  onTestFinished(async () => {
    await query(`DELETE FROM migrations WHERE name = '${newer}'`)
  })
  const refused = await container(...migrations(mode))
  expect(await refused.exitCode()).toBe(3)
  await refused.says(
    `The database is newer than this image of Misskey: it has 1 migrations that the image does not know, such as ${newer}`,
  )
})

test('a pod that is deleted while it waits ends within 15 s', async () => {
  await server.kill()
  const waiting = await container(...migrations('wait'))
  await waiting.says('cannot read their state')
  const asked = performance.now()
  await waiting.signal('SIGTERM')
  expect(await waiting.exitCode()).toBe(143)
  expect(performance.now() - asked).toBeLessThan(15_000)
})
