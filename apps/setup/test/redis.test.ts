import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRedis, type LocalServer } from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { setup, start } from '../testing/setup.js'

let server: LocalServer
beforeAll(async () => {
  server = await createRedis(['--requirepass', 'secret word'])
})
afterAll(() => server?.remove())

const env = (password = 'secret word') => ({
  REDIS_HOST: '127.0.0.1',
  REDIS_PORT: server.port,
  REDIS_PASSWORD: password,
})

test('waits for Redis, logs why, and continues when it is up', async () => {
  const waiting = start(['wait', 'redis'], env())
  await waiting.says(`waiting for redis (127.0.0.1:${server.port}): connect ECONNREFUSED`)
  await server.start()
  expect(await waiting.ended).toMatchObject({ code: 0, output: expect.stringContaining('is ready') })
})

test('a server that hangs is retried', async () => {
  await server.freeze()
  const waiting = start(['wait', 'redis'], env())
  await waiting.says('timed out')
  await server.thaw()
  expect(await waiting.ended).toMatchObject({ code: 0 })
})

test('a wrong password is reported without printing it', async () => {
  const { code, output } = await setup(['wait', 'redis'], { ...env('a wrong one'), SETUP_TIMEOUT_SECONDS: 1 })
  expect(code).toBe(1)
  expect(output).toContain('WRONGPASS')
  expect(output).not.toContain('a wrong one')
})

test('Redis reads the password that `setup render` wrote, including quotes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'setup-redis-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const word = 'a "quoted" \\ word # ü'
  const [template, config] = [join(folder, 'template'), join(folder, 'redis.conf')]
  writeFileSync(template, `requirepass \${password}\n`)
  writeFileSync(join(folder, 'password'), word)
  expect(await setup(['render', template, config, '--secrets', folder])).toMatchObject({ code: 0 })
  chmodSync(folder, 0o755) // the server here runs as another user, in a pod it is the same
  chmodSync(config, 0o444)

  const other = await createRedis(['--include', config])
  onTestFinished(async () => {
    await other.remove()
  })
  await other.start()
  const right = { REDIS_HOST: '127.0.0.1', REDIS_PORT: other.port, REDIS_PASSWORD: word }
  expect(await setup(['wait', 'redis'], right)).toMatchObject({ code: 0 })
  const wrong = { ...right, REDIS_PASSWORD: 'a wrong one', SETUP_TIMEOUT_SECONDS: 1 }
  expect(await setup(['wait', 'redis'], wrong)).toMatchObject({ code: 1 })
})
