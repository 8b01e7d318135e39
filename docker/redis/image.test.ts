import { container, imageUnderTest, volume } from '@bluecore/images/testing'
import { expect, test, vi } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
const ready = { timeout: 30_000, interval: 100 }

test.each([
  ['999:999', { user: '999:999' }],
  ['12345:0', { user: '12345:0' }],
  ['0:0', { as: 'root' as const }],
])('keeps what was set over a restart, on a volume of %s', async (owner, who) => {
  const server = await container(image, { ...who, mounts: { '/data': await volume(image, owner) } })
  const redis = async (...command: string[]) => await server.exec('redis-cli', ...command)
  await vi.waitFor(async () => expect(await redis('ping')).toBe('PONG'), ready)
  expect(await redis('info', 'server')).toContain('redis_version:7.0.15')
  await redis('set', 'weather', '天気')
  expect(await server.stop()).toMatchObject({ exitCode: 0 })
  await server.start()
  await vi.waitFor(async () => expect(await redis('--raw', 'get', 'weather')).toBe('天気'), ready)
  const uid = owner.startsWith('0') ? '999' : owner.split(':')[0]
  expect(await server.exec('stat', '--format=%u %a', '/data/dump.rdb')).toBe(`${uid} 600`)
  expect(await server.exec('stat', '--format=%u', '/proc/1')).toBe(uid)
})

test('takes its password from a configuration file and serves the network', async () => {
  const mounts = {
    '/redis.conf': `${import.meta.dirname}/fixtures/redis.conf`,
    '/data': await volume(image, '999:999'),
  }
  const server = await container(image, { user: '999:999', mounts, args: ['/redis.conf', '--save', ''] })
  const own = await vi.waitFor(async () => await server.exec('hostname', '-i'), ready)
  const redis = async (...command: string[]) => await server.exec('redis-cli', '-h', own, ...command)
  await vi.waitFor(async () => expect(await redis('ping')).toContain('NOAUTH'), ready)
  expect(await redis('-a', 'of-the-file', '--no-auth-warning', 'config', 'get', 'appendonly')).toBe(
    'appendonly\nyes',
  )
})

test('answers other hosts without a password, as the official image does', async () => {
  const server = await container(image, {
    user: '999:999',
    mounts: { '/data': await volume(image, '999:999') },
  })
  await vi.waitFor(
    async () => expect(await server.exec('sh', '-c', 'redis-cli -h $(hostname -i) ping')).toBe('PONG'),
    ready,
  )
})

test('tells whose the data directory is', async () => {
  const server = await container(image, {
    user: '999:999',
    mounts: { '/data': await volume(image, '1234:1234') },
  })
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain('/data belongs to 1234:1234 (mode 700), but Redis runs as 999:999.')
})
