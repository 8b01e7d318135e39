import { expect, test } from 'vitest'
import { setup, start } from '../testing/setup.js'

test('all missing settings are reported at once, exit code 2', async () => {
  const { code, output } = await setup(['wait', 'postgres', 'redis', 'elasticsearch'], {
    SETUP_TIMEOUT_SECONDS: 'long',
  })
  expect(code).toBe(2)
  expect(output).toBe(`Invalid settings:
  POSTGRES_HOST is not set
  POSTGRES_USER is not set
  neither POSTGRES_PASSWORD nor POSTGRES_PASSWORD_FILE is set
  REDIS_HOST is not set
  neither REDIS_PASSWORD nor REDIS_PASSWORD_FILE is set
  ELASTICSEARCH_URL is not set
  SETUP_TIMEOUT_SECONDS must be a number of seconds from 1 to 86400, not "long"
`)
})

test('the path of a volume and the server that uses it are required', async () => {
  const wrong = { STORAGE_PATH: 'volume', SETUP_TIMEOUT_SECONDS: 0 }
  expect(await setup(['storage'], wrong)).toEqual({
    code: 2,
    output: `Invalid settings:
  STORAGE_PATH must be an absolute path, not "volume"
  STORAGE_USED_BY is not set
  SETUP_TIMEOUT_SECONDS must be a number of seconds from 1 to 86400, not "0"
`,
  })
})

test.each([
  [
    ['wait', 'mysql'],
    'cannot wait for mysql; known: postgres, redis, elasticsearch, search-index, migrations',
  ],
  [['wait'], "missing required argument 'names'"],
  [['launch'], "unknown command 'launch'"],
  [['render', 'one'], "missing required argument 'target'"],
  [['secrets', 'redis-auth=password'], 'this does not run in a pod'],
  [['secrets', 'redis-auth'], '"redis-auth" is not NAME=KEY,KEY or NAME=KEY,KEY@CLAIM'],
])('%s: exit code 2', async (args, words) => {
  expect(await setup(args)).toEqual({ code: 2, output: expect.stringContaining(words) })
})

test('--help exits with 0 and lists every public command', async () => {
  const { code, output } = await setup(['--help'])
  expect(code).toBe(0)
  expect([...output.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name]) => name)).toEqual([
    'secrets',
    'search-index',
    'wait',
    'render',
    'storage',
    'note',
    'help',
  ])
})

test('a pod that is deleted while it waits ends immediately', async () => {
  const waiting = start(['wait', 'redis'], { REDIS_HOST: '127.0.0.1', REDIS_PORT: 1, REDIS_PASSWORD: 'x' })
  await waiting.says('waiting for redis')
  const asked = performance.now()
  waiting.signal('SIGTERM')
  expect(await waiting.ended).toMatchObject({ code: 143 })
  expect(performance.now() - asked).toBeLessThan(2_000)
})
