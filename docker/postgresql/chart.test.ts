// The image as the chart starts it. Also for the official image: TEST_IMAGE=postgres:10.23
import { readFile } from 'node:fs/promises'
import { type Container, container, imageUnderTest, temporaryFolder, volume } from '@bluecore/images/testing'
import { data, query, ready, restricted } from '@bluecore/images/testing/postgresql'
import { expect, test, vi } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
const files = new URL('../../charts/umbrella/charts/postgresql/files/', import.meta.url)
const file = async (name: string) => await readFile(new URL(name, files), 'utf8')

const misskey = { user: 'misskey', password: 'of-misskey', database: 'misskey' }

/** A pod of the chart on a volume. */
async function start(on: string, scripts: Record<string, string> = {}) {
  const mounts = {
    [data]: on,
    '/first-start': await temporaryFolder({ 'first-start.sh': await file('first-start.sh') }),
    '/docker-entrypoint-initdb.d': await temporaryFolder({
      '10-misskey.sh*': await file('10-misskey.sh'),
      ...scripts,
    }),
    '/secrets': await temporaryFolder({
      'postgres-password': 'of-postgres',
      'misskey-password': misskey.password,
      'health-password': 'of-health',
    }),
  }
  const env = { PGDATA: `${data}/pgdata`, POSTGRES_PASSWORD_FILE: '/secrets/postgres-password' }
  const args = ['/first-start/first-start.sh', 'docker-entrypoint.sh', 'postgres']
  return await container(image, { ...restricted, env, mounts, entrypoint: 'bash', args })
}
const volumeOf = async (server: Container) => (await server.exec('ls', '-A', data)).split('\n')

test('a first start that was cut off or failed is made anew; what has been served is not', async () => {
  const on = await volume(image, '999:999')
  const cutOff = await start(on, { '05-wait.sh*': '#!/bin/sh\necho it waits; sleep 1000\n' })
  await vi.waitFor(async () => expect(await cutOff.logs()).toMatch(/^it waits$/m), 60_000)
  expect(await cutOff.kill('KILL')).toEqual({ exitCode: 137 })

  const failing = await start(on, { '05-fail.sh*': '#!/bin/sh\nexit 7\n' })
  expect(await failing.ended()).toEqual({ exitCode: 7 })
  await failing.start()
  expect(await failing.ended()).toEqual({ exitCode: 7 })
  expect(await failing.logs('last start')).toContain(
    `first-start: the last first start in ${data}/pgdata did not finish, and nothing was served from it: starting anew.`,
  )

  const server = await start(on)
  await ready(server)
  await query(server, 'CREATE TABLE note AS SELECT 1 AS id', misskey)
  expect(await volumeOf(server)).toEqual(['pgdata', 'pgdata.unfinished'])
  expect(await server.kill('KILL')).toEqual({ exitCode: 137 })
  await server.start()
  await ready(server)
  expect(await server.logs('last start')).not.toContain('first-start:')
  expect(await query(server, 'SELECT id FROM note', misskey)).toBe('1')
})

test('half of what initdb makes is set aside', async () => {
  const on = await volume(image, '999:999')
  const half = `cd ${data} && date +%s > pgdata.first-start && mkdir -m 700 pgdata && echo 10 > pgdata/PG_VERSION`
  const initdb = await container(image, {
    user: '999:999',
    mounts: { [data]: on },
    entrypoint: 'sh',
    args: ['-c', half],
  })
  expect(await initdb.ended()).toEqual({ exitCode: 0 })
  const server = await start(on)
  await ready(server)
  expect(await query(server, 'SELECT current_user', misskey)).toBe('misskey')
  expect(await server.exec('ls', `${data}/pgdata.unfinished`)).toBe('PG_VERSION')
})

test('a database that was restored after a first start failed is served', async () => {
  const server = await start(await volume(image, '999:999'))
  await ready(server)
  await query(server, 'CREATE TABLE note AS SELECT 1 AS id', misskey)
  await server.exec('sh', '-c', `echo $(($(date +%s) + 1)) > ${data}/pgdata.first-start`)
  expect(await server.stop()).toMatchObject({ exitCode: 0 })
  await server.start()
  await ready(server)
  expect(await server.logs('last start')).toContain('it was restored since: serving it')
  expect(await query(server, 'SELECT id FROM note', misskey)).toBe('1')
  expect(await volumeOf(server)).toEqual(['pgdata'])
})
