import {
  administrator,
  type ContractInput,
  call,
  follow,
  get,
  isNoteOf,
  openStream,
  postNote,
  searchNotes,
  uniqueWord,
} from '@bluecore/misskey-contract'
import { until } from '@bluecore/sidecar/testing'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Instance } from './sample.js'
import type { Servers } from './servers.js'

interface OutageInput {
  servers: Servers
  instances: readonly Instance[]
  account: ContractInput
}

const backWithinMs = 30_000

/** What the sample does during an outage of its servers: it keeps running, reports errors, and recovers by itself. */
export function testOutages(input: () => OutageInput): void {
  describe('while a server is away', () => {
    let servers: Servers
    let instances: readonly Instance[]
    let url: string
    let token: string

    const status = async (path: string) => (await get(url, path)).status
    const create = (text: string) => call(url, 'notes/create', { i: token, text })
    const search = (query: string) => call(url, 'notes/search', { query })
    const listeners = async () => ((await call(url, 'meta', {})).body as { instances?: number }).instances

    beforeEach(async () => {
      const given = input()
      servers = given.servers
      instances = given.instances
      url = given.account.urls[0] ?? ''
      token ??= await administrator(url, given.account)
    })

    afterEach(() => {
      for (const { process, output } of instances) expect(process.exitCode, output()).toBeNull()
    })

    describe('PostgreSQL', () => {
      test('pages except the manifest are served, and everything works when it is back', async () => {
        expect(await status('/')).toBe(200)
        await servers.postgres.kill()
        expect(await status('/robots.txt')).toBe(200)
        expect(await status('/')).toBe(200)
        expect(await status('/manifest.json')).toBe(500)
        expect((await call(url, 'ping', {})).status).toBe(200)
        expect((await call(url, 'meta', {})).status).toBe(500)
        expect(await create('lost')).toMatchObject({
          status: 500,
          body: { error: { code: 'INTERNAL_ERROR' } },
        })
        await servers.postgres.start()
        await until(
          'notes were stored again',
          async () => (await create(uniqueWord())).status === 200,
          backWithinMs,
        )
        expect(await status('/manifest.json')).toBe(200)
      })

      test('a connection that ends within a transaction fails that request, and nothing else', async () => {
        const note = await postNote(url, token, uniqueWord())
        const { port, password } = servers.postgres
        const connection = { host: '127.0.0.1', port, user: 'postgres', password, database: 'misskey' }
        const admin = new Client(connection)
        await admin.connect()
        onTestFinished(() => admin.end())
        await admin.query('BEGIN')
        await admin.query('LOCK TABLE "note_reaction" IN EXCLUSIVE MODE')
        const react = () => call(url, 'notes/reactions/create', { i: token, noteId: note.id, reaction: '👍' })
        const lost = react()
        const end =
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'DELETE%'"
        const ended = async () => {
          await admin.query('SELECT pg_stat_clear_snapshot()') // a transaction sees all sessions as at its first look
          return ((await admin.query(end)).rowCount ?? 0) > 0
        }
        await until('the transaction had been ended', ended, backWithinMs)
        expect((await lost).status).toBe(500)
        await admin.query('ROLLBACK')
        expect((await react()).status).toBe(204)
      })

      test('a frozen server does not block a request forever, and a page not at all', async () => {
        expect(await status('/')).toBe(200)
        await servers.postgres.freeze()
        onTestFinished(async () => void (await servers.postgres.thaw()))
        const begun = performance.now()
        expect(await status('/manifest.json')).toBe(500)
        const failed = performance.now()
        expect(failed - begun).toBeLessThan(20_000)
        expect(await status('/')).toBe(200)
        expect(performance.now() - failed).toBeLessThan(2_000)
        await servers.postgres.thaw()
        await until(
          'the manifest was back',
          async () => (await status('/manifest.json')) === 200,
          backWithinMs,
        )
      })
    })

    describe('Redis', () => {
      test('pages are served, calls that need it time out, and streams continue when it is back', async () => {
        const stream = await openStream(url)
        onTestFinished(() => stream.close())
        await follow(stream, 'localTimeline', 'timeline')
        await servers.redis.kill()
        expect(await status('/')).toBe(200)
        expect(await status('/manifest.json')).toBe(200)
        const begun = performance.now()
        expect((await call(url, 'meta', {})).status).toBe(500)
        expect(performance.now() - begun).toBeGreaterThan(3_000) // a probe with a shorter limit sees it
        await servers.redis.start()
        const all = instances.length
        await until('every instance listened again', async () => (await listeners()) === all, backWithinMs)
        const text = uniqueWord()
        await postNote(url, token, text)
        await stream.next(isNoteOf('timeline', text))
      })
    })

    describe('Elasticsearch', () => {
      test('notes are stored but never found; notes created after its return are found', async () => {
        const word = uniqueWord()
        await servers.elasticsearch.kill()
        expect((await create(`${word} missed`)).status).toBe(200)
        expect(await search(word)).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL_ERROR' } } })
        await servers.elasticsearch.start()
        await until('search was answered', async () => (await search(word)).status === 200, backWithinMs)
        const found = await postNote(url, token, `${word} found`)
        const ids = async () => (await searchNotes(url, word)).map(note => note.id)
        await expect.poll(ids, { timeout: backWithinMs, interval: 100 }).toEqual([found.id])
      })
    })
  })
}
