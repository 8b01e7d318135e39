import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { administrator, call } from '@bluecore/misskey-contract'
import { readMeta } from '@bluecore/misskey-contract/client'
import {
  createElasticsearch,
  createPostgres,
  createRedis,
  type Elasticsearch,
  freePort,
  type LocalServer,
  type Postgres,
  until,
} from '@bluecore/sidecar/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Config, type Container, migrate, startContainer, writeConfig } from '../testing/misskey.js'
import { type Env, setup } from '../testing/setup.js'

const host = '127.0.0.1'
const redisPassword = crypto.randomUUID()
let folder: string
let postgres: Postgres
let redis: LocalServer
let elasticsearch: Elasticsearch
let config: Config
let misskey: Container
let url: string
let token: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'setup-note-'))
  postgres = await createPostgres()
  redis = await createRedis(['--requirepass', redisPassword])
  elasticsearch = await createElasticsearch()
  await Promise.all([postgres, redis, elasticsearch].map(server => server.start()))

  const port = await freePort()
  url = `http://${host}:${port}`
  config = writeConfig({
    url: 'https://misskey.example.org/',
    port,
    db: { host, port: postgres.port, db: 'misskey', user: 'postgres', pass: postgres.password },
    redis: { host, port: redis.port, pass: redisPassword },
    elasticsearch: { host, port: elasticsearch.port, ssl: false },
    id: 'aid',
  })
  const migrations = await startContainer(config, ...migrate)
  expect(await migrations.exitCode()).toBe(0)
  await migrations.remove()
  misskey = await startContainer(config)
  const answers = () =>
    readMeta(url).then(
      () => true,
      () => false,
    )
  await until('Misskey answered', answers, 120_000, 500)
})
afterAll(async () => {
  await misskey?.remove()
  config?.remove()
  await Promise.all([postgres, redis, elasticsearch].map(server => server?.remove()))
  rmSync(folder, { recursive: true })
})

const run = (env: Env = {}) => setup(['note'], { MISSKEY_URL: url, ...env })

/** Waits until the accounts that were made here are gone, which may take Misskey a moment, and all notes. */
async function nothingIsLeft() {
  const login = { user: 'postgres', password: postgres.password, database: 'misskey' }
  const client = new pg.Client({ host, port: postgres.port, ...login })
  await client.connect()
  try {
    const left = `SELECT username FROM "user" WHERE username LIKE 'setup%' UNION ALL SELECT text FROM note`
    await expect.poll(async () => (await client.query(left)).rows, { timeout: 30_000 }).toEqual([])
  } finally {
    await client.end()
  }
}

/** Opens or closes the registration. */
async function disableRegistration(disabled: boolean) {
  const params = { i: token, disableRegistration: disabled }
  expect(await call(url, 'admin/update-meta', params)).toMatchObject({ status: 204 })
}

function tokenFile(content: string): Env {
  const MISSKEY_TOKEN_FILE = join(folder, 'token')
  writeFileSync(MISSKEY_TOKEN_FILE, `${content}\n`)
  return { MISSKEY_TOKEN_FILE }
}

const seconds = String.raw`\(\d+\.\d\d s\)`
const steps = `posted a note that only its author can see ${seconds}
found it by searching for "東京 \\w{16}" ${seconds}
read it ${seconds}
deleted it ${seconds}
`
const answers = String.raw`Misskey 12\.119\.2 responds at http://127\.0\.0\.1:\d+
`

test('without any account: it does not become the administrator', async () => {
  const { code, output } = await run()
  expect(output).toMatch(
    new RegExp(
      `^${answers}Misskey has no administrator yet, and the first account becomes the administrator\\. ` +
        'Open https://misskey\\.example\\.org and create it first\n$',
    ),
  )
  expect(code).toBe(1)
  expect(await readMeta(url)).toMatchObject({ requireSetup: true })
})

test('registration is open: it uses an account of its own and leaves nothing', async () => {
  token = await administrator(url, { username: 'admin', password: 'a long password' })
  const { code, output } = await run()
  expect(output).toMatch(
    new RegExp(
      `^${answers}created the account setup_note_\\w{8} ${seconds}\n${steps}deleted the account setup_note_\\w{8}\n` +
        'A note can be posted, found, read and deleted\n$',
    ),
  )
  expect(code).toBe(0)
  await nothingIsLeft()
})

test('registration is closed: how to create a token', async () => {
  await disableRegistration(true)
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toContain(
    'A program cannot sign up at https://misskey.example.org: registration is closed. Give this test a token. ' +
      'In Misskey, Settings > API > Generate access token, with the permission "Compose or delete notes" (write:notes) alone. ' +
      'Save it in a file named token, then run:\n' +
      '  kubectl create secret generic misskey-test --from-file=token\n' +
      'and set test.existingSecret: misskey-test\n',
  )
  await nothingIsLeft()
})

test('with a token no account is created; a wrong one is reported without printing it', async () => {
  const right = await run(tokenFile(token))
  expect(right.output).toMatch(
    new RegExp(`^${answers}${steps}A note can be posted, found, read and deleted\n$`),
  )
  expect(right.code).toBe(0)
  await nothingIsLeft()

  const wrong = await run(tokenFile('somebodyelses000'))
  expect(wrong.code).toBe(1)
  expect(wrong.output).toContain(
    'Misskey rejects the token as unknown. Create another one. In Misskey, Settings > API',
  )
  expect(wrong.output).not.toContain('somebodyelses000')
  await disableRegistration(false)
})

test('search is down: it times out and leaves nothing', async () => {
  await elasticsearch.kill()
  const { code, output } = await run()
  expect(code).toBe(1)
  expect(output).toMatch(
    /\ntimed out after \d+ s waiting for the search for "東京 \w+" to find the note, which needs Elasticsearch and the index of setup search-index: notes\/search: HTTP 500/,
  )
  expect(output).toMatch(/\ndeleted the note \w+\ndeleted the account \w+\n/)
  await nothingIsLeft()
  await elasticsearch.start()
})

test('an index that finds no parts of words is detected', async () => {
  const index = `${elasticsearch.url}/misskey_note`
  const change = async (method: string) => {
    const { ok, status } = await fetch(index, { method, signal: AbortSignal.timeout(30_000) })
    expect(ok, `${method}: ${status}`).toBe(true)
  }
  await change('DELETE')
  await change('PUT')
  const { code, output } = await run(tokenFile(token))
  expect(code).toBe(1)
  expect(output).toMatch(/the index of setup search-index: it finds 0 notes, but not this one\n$/)
  await nothingIsLeft()
})

test('waiting for a Misskey that is down or hangs times out', async () => {
  const away = await run({ MISSKEY_URL: `http://${host}:${await freePort()}`, SETUP_TIMEOUT_SECONDS: 1 })
  expect(away).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^timed out after \d+ s waiting for Misskey .*ECONNREFUSED/),
  })
  await misskey.signal('STOP')
  const begun = performance.now()
  const hangs = await run({ SETUP_TIMEOUT_SECONDS: 1 })
  await misskey.signal('CONT')
  expect(hangs).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^timed out after \d+ s waiting for Misskey .*timeout/),
  })
  expect(performance.now() - begun).toBeLessThan(40_000)
})
