import { call, get } from '@bluecore/misskey-contract'
import { until } from '@bluecore/sidecar/testing'
import { afterEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Sample } from './sample.js'
import type { Servers, Settings } from './servers.js'

interface StartInput {
  sample: Sample
  servers: Servers
  settings: Settings
}

/** How the sample starts and stops, with and without its servers. */
export function testStarts(input: () => StartInput): void {
  const configure = async (change: object) =>
    await input().sample.configure({ ...input().settings, ...change })
  afterEach(() => configure({}))

  describe('start and end', () => {
    test('at SIGTERM it ends with 0, though a client keeps its connection', async () => {
      const instance = await input().sample.start()
      await get(instance.url, '/')
      const begun = performance.now()
      expect(await instance.stop(), instance.output()).toBe(0)
      expect(performance.now() - begun).toBeLessThan(5_000)
    })

    test('without PostgreSQL it ends with 1 and says that it cannot connect', async () => {
      const { settings, sample } = input()
      await configure({ db: { ...settings.db, port: 1 } })
      const instance = await sample.launch()
      expect(await instance.exit).toBe(1)
      expect(instance.output()).toContain('Cannot connect to the database 127.0.0.1:1: connect ECONNREFUSED')
    })

    test('with bad settings it ends with 1 and names all of them', async () => {
      await configure({ url: 'here', redis: {}, db: { host: '127.0.0.1' } })
      const instance = await input().sample.launch()
      expect(await instance.exit).toBe(1)
      for (const name of ['db.port', 'db.db', 'db.user', 'db.pass', 'redis.host', 'redis.port'])
        expect(instance.output()).toContain(`${name} is missing`)
      expect(instance.output()).toContain('url is here, not like https://example.org/')
    })

    test('on a database without tables it stays, and serves once they are made', async () => {
      const { sample, settings } = input()
      await configure({ db: { ...settings.db, db: 'postgres' } })
      const { url, stop } = await sample.start()
      const status = async (path: string) => (await get(url, path)).status
      expect(await Promise.all(['/', '/manifest.json', '/robots.txt'].map(status))).toEqual([500, 500, 200])
      expect(await sample.migrate()).toContain('executed successfully')
      expect(await Promise.all(['/', '/manifest.json'].map(status))).toEqual([200, 200])
      expect(await sample.migrate()).toContain('No migrations are pending')
      expect(await stop()).toBe(0)
    })

    test('once its manifest was there, as a startup probe asks, it shows its page without PostgreSQL', async () => {
      const { sample, servers } = input()
      const { url, stop } = await sample.start()
      expect((await get(url, '/manifest.json')).status).toBe(200)
      await servers.postgres.kill()
      onTestFinished(async () => void (await servers.postgres.start()))
      expect((await get(url, '/')).status).toBe(200)
      expect(await stop()).toBe(0)
    })

    test('without Redis and Elasticsearch it serves pages, and the rest when they are there', async () => {
      const { sample, servers, settings } = input()
      await servers.redis.kill()
      onTestFinished(async () => void (await servers.redis.start()))
      await configure({ elasticsearch: { ...settings.elasticsearch, port: 1 } })
      const { url, stop, output } = await sample.start()
      expect((await get(url, '/manifest.json')).status).toBe(200)
      expect(output()).toContain('search: index misskey_note was not created by this instance')
      await servers.redis.start()
      await until('meta was answered', async () => (await call(url, 'meta', {})).status === 200, 30_000)
      expect(await stop()).toBe(0)
    })
  })
}
