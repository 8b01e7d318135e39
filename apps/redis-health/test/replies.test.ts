import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRedis, type LocalServer, type Sidecar, startSidecar } from '@bluecore/sidecar/testing'
import { Redis } from 'ioredis'
import { afterEach, expect, test } from 'vitest'

const app = new URL('../', import.meta.url)
const limitMs = 10_000

let server: LocalServer
let sidecar: Sidecar
let client: Redis | undefined

afterEach(async () => {
  client?.disconnect()
  client = undefined
  await sidecar?.remove()
  await server?.remove()
})

async function begin(options: string[] = [], env: Record<string, string> = {}) {
  server = await createRedis(options)
  await server.start()
  sidecar = await startSidecar(app, { REDIS_PORT: server.port, ...env })
}

/** An answer that is no PONG: the server is there, cannot be used, and must not be restarted. */
async function expectAlive(reason: string) {
  const ready = await sidecar.get('/readyz')
  expect(ready).toMatchObject({ status: 503, body: expect.stringContaining(reason) })
  expect(await sidecar.get('/startupz')).toMatchObject({ status: 200 })
  expect(await sidecar.get('/livez')).toMatchObject({ status: 200, body: 'pass: it answers\n' })
}

test('without the password it wants, Redis is `auth`, and alive', { timeout: 60_000 }, async () => {
  await begin(['--requirepass', 'secret'])
  await sidecar.untilClass('ping', 'auth', limitMs)
  await expectAlive('ping is auth: NOAUTH Authentication required.')
})

test('with a wrong password Redis is `auth`, and alive', { timeout: 60_000 }, async () => {
  await begin(['--requirepass', 'secret'], { REDIS_PASSWORD: 'wrong' })
  await sidecar.untilClass('ping', 'auth', limitMs)
  await expectAlive('ping is auth: WRONGPASS')
})

test('a Redis that cannot save is `persistence`, and alive: a restart would lose what is unsaved', {
  timeout: 60_000,
}, async () => {
  await begin(['--save', '3600 1'])
  await sidecar.untilClass('ping', 'up', limitMs)
  mkdirSync(join(server.folder, 'dump.rdb')) // in the way of the file
  client = new Redis(server.port)
  await client.bgsave()
  await sidecar.untilClass('ping', 'persistence', limitMs)
  await expectAlive('ping is persistence: MISCONF')
})

test('a Redis that reads its data set is `starting`, and alive', { timeout: 60_000 }, async () => {
  // It takes half a millisecond for each key, and looks up from its reading every KiB.
  await begin(['--key-load-delay', '500', '--loading-process-events-interval-bytes', '1024'])
  client = new Redis(server.port)
  await client.eval("for i = 1, 20000 do redis.call('SET', i, i) end", 0)
  await client.save()
  client.disconnect()
  await server.kill()
  await sidecar.untilClass('ping', 'refused', limitMs)
  await server.launch()
  await sidecar.untilClass('ping', 'starting', limitMs)
  await expectAlive('ping is starting: LOADING')
})

test('a full Redis is `saturated` for a newcomer, and alive', { timeout: 60_000 }, async () => {
  server = await createRedis(['--maxclients', '1'])
  await server.start()
  client = new Redis(server.port)
  await client.ping()
  sidecar = await startSidecar(app, { REDIS_PORT: server.port })
  await sidecar.untilClass('ping', 'saturated', limitMs)
  await expectAlive('ping is saturated: ERR max number of clients reached')
})

test('a Redis that is busy with a script is `saturated`, and alive', { timeout: 60_000 }, async () => {
  await begin(['--busy-reply-threshold', '100'])
  await sidecar.untilClass('ping', 'up', limitMs)
  client = new Redis(server.port)
  client.eval('while true do end', 0).catch(() => {})
  await sidecar.untilClass('ping', 'saturated', limitMs)
  await expectAlive('ping is saturated: BUSY')
})
