import { container, imageUnderTest, volume } from '@bluecore/images/testing'
import { expect, test, vi } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
const fixtures = `${import.meta.dirname}/fixtures`
const data = '/var/lib/postgresql/data'
const settings = {
  user: '999:999',
  tmpfs: ['/var/run/postgresql:uid=999'],
  env: {
    POSTGRES_PASSWORD_FILE: '/password',
    POSTGRES_DB: 'misskey',
    POSTGRES_INITDB_ARGS: '--auth=scram-sha-256',
  },
}
const mounts = { '/password': `${fixtures}/password`, '/docker-entrypoint-initdb.d': `${fixtures}/initdb` }
const ready = { timeout: 60_000, interval: 200 }

test('makes the database on its first start and keeps it over a restart', async () => {
  const server = await container(image, {
    ...settings,
    mounts: { ...mounts, [data]: await volume(image, '999:999') },
  })
  const query = async (role: string, password: string) =>
    await server.exec(
      'psql',
      `postgresql://${role}:${password}@127.0.0.1/misskey`,
      '-Atc',
      'SELECT text FROM note',
    )
  const rows = async () => expect(await query('postgres', 'x-secret-of-the-test')).toBe('今日は天気がいい')
  await vi.waitFor(rows, ready)
  await expect(query('misskey', 'of-misskey')).rejects.toThrow('permission denied')
  await expect(query('misskey', 'wrong')).rejects.toThrow('password authentication failed')
  expect(await server.exec('postgres', '--version')).toBe('postgres (PostgreSQL) 10.23')
  expect(await server.stop()).toMatchObject({ exitCode: 0 })
  await server.start()
  await vi.waitFor(rows, ready)
  expect((await server.logs()).split('running /docker-entrypoint-initdb.d/')).toHaveLength(4) // once, three scripts
})

test.each(['root', 'arbitrary uid'])('runs as %s too', async who => {
  const as =
    who === 'root' ? { as: 'root' as const } : { user: '12345:0', tmpfs: ['/var/run/postgresql:mode=1777'] }
  const mount = { [data]: await volume(image, who === 'root' ? '0:0' : '12345:0') }
  const server = await container(image, { env: { POSTGRES_PASSWORD: 'x' }, mounts: mount, ...as })
  await vi.waitFor(
    async () =>
      expect(await server.exec('pg_isready', '-h', '127.0.0.1', '-U', 'postgres')).toContain('accepting'),
    ready,
  )
  expect(await server.exec('stat', '--format=%u', '/proc/1', data)).toBe(
    who === 'root' ? '999\n999' : '12345\n12345',
  )
})

test('tells whose the data directory is', async () => {
  const server = await container(image, {
    ...settings,
    mounts: { ...mounts, [data]: await volume(image, '1234:1234') },
  })
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain(
    `${data} belongs to 1234:1234 (mode 700), but PostgreSQL runs as 999:999.`,
  )
})

test('never serves what a broken first start left', async () => {
  const broken = {
    ...mounts,
    '/docker-entrypoint-initdb.d': `${fixtures}/broken`,
    [data]: await volume(image, '999:999'),
  }
  const server = await container(image, { ...settings, mounts: broken })
  expect(await server.ended()).toEqual({ exitCode: 3 })
  await server.start()
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain(`The first start in ${data} did not finish`)
})

test.each([
  [{}, 'The superuser would have no password. Set POSTGRES_PASSWORD'],
  [
    { POSTGRES_PASSWORD: 'x', POSTGRES_PASSWORD_FILE: '/password' },
    'POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set.',
  ],
])('refuses %j', async (env, message) => {
  const server = await container(image, {
    ...settings,
    env,
    mounts: { ...mounts, [data]: await volume(image, '999:999') },
  })
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain(message)
})
