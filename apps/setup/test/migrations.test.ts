import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPostgres, type Postgres } from '@bluecore/sidecar/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Config, startContainer, writeConfig } from '../testing/misskey.js'

/** What the Job of the migrations and Misskey's pods before their start run in Misskey's image. */
const chart = join(import.meta.dirname, '../../../charts/umbrella/charts/misskey')
const script = readFileSync(join(chart, 'files/migrations.mjs'), 'utf8')
const migrations = (mode: string) => ['node', '--input-type=module', '--eval', script, mode]

let server: Postgres
let config: Config
beforeAll(async () => {
  server = await createPostgres()
  const db = { host: '127.0.0.1', port: server.port, db: 'misskey', user: 'postgres', pass: server.password }
  const redis = { host: '127.0.0.1', port: 1, pass: '' }
  config = writeConfig({ url: 'https://misskey.example', id: 'aid', db, redis })
})
afterAll(async () => {
  await server?.remove()
  config?.remove()
})

async function query(sql: string): Promise<void> {
  const login = { user: 'postgres', password: server.password, database: 'misskey' }
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, ...login })
  await client.connect()
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
  await waiting.says('waiting for the migrations, but cannot see them: connect ECONNREFUSED 127.0.0.1')

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

test.each(['run', 'wait'])('a database of a newer Misskey is refused: %s', async mode => {
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

test('a pod that is deleted while it waits ends soon', async () => {
  await server.kill()
  const waiting = await container(...migrations('wait'))
  await waiting.says('cannot see them')
  const asked = performance.now()
  await waiting.signal('SIGTERM')
  expect(await waiting.exitCode()).toBe(143)
  expect(performance.now() - asked).toBeLessThan(15_000)
})
