import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { type Container, type ContainerOptions, container, volume } from './container.js'
import { testExits } from './exits.js'
import { temporaryFolder } from './temporary-folder.js'

/** Where the image has its volume. */
export const data = '/var/lib/postgresql/data'
const initdb = '/docker-entrypoint-initdb.d'
const secret = 'x-secret-of-the-test'
const sockets = '/var/run/postgresql:mode=1777'
/** Read-only root, as 999, with what the official image wants writable. */
export const restricted = { user: '999:999', tmpfs: [sockets] }

const insert = (name: string) => `INSERT INTO step (name) VALUES ('${name}');\n`
/** One of each kind that is run; the compressed ones insert their own ending. */
const scripts = {
  '10-run.sh*': `#!/bin/sh
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<SQL
CREATE ROLE misskey LOGIN PASSWORD 'of-misskey, not $POSTGRES_PASSWORD';
CREATE TABLE step (n serial, name text); ${insert('run')}
SQL`,
  '20-function.sh': `docker_process_sql --command "${insert('function')}"; [ -z "$NOT_SET" ]`,
  '21-array.sh': `"\${psql[@]}" --command "${insert('array')}"`,
  '30.sql': insert('sql'),
  '40.sql.gz': gzipSync(insert('gz')),
  '50.sql.xz': Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAmSU5TRVJUIElOVE8gc3RlcCAobmFtZSkgVkFMVUVTICgneHonKTsKAACKX0S9ZGdcVQABPyd8KlLdH7bzfQEAAAAABFla',
    'base64',
  ),
  '60.sql.zst': Buffer.from(
    'KLUv/QRYQQEASU5TRVJUIElOVE8gc3RlcCAobmFtZSkgVkFMVUVTICgnenN0Jyk7Cqn+23A=',
    'base64',
  ),
  '70-notes.txt': 'not a script',
}

/** The server answers over the network, which it does not during a first start. */
export async function ready(server: Container): Promise<void> {
  const answer = async () => await server.exec('pg_isready', '-h', '127.0.0.1', '-U', 'postgres')
  await vi.waitFor(async () => expect(await answer()).toContain('accepting'), {
    timeout: 60_000,
    interval: 200,
  })
}

/** What a query answers to a client from the network, without a header. */
export async function query(
  server: Container,
  sql: string,
  { user = 'postgres', password = secret, database = 'postgres' } = {},
): Promise<string> {
  const host = (await server.exec('hostname', '-i')).split(' ')[0]
  const url = `postgresql://${user}:${encodeURIComponent(password)}@${host}/${database}`
  return await server.exec('psql', url, '-Atc', sql)
}

/** PostgreSQL 10 behaves as the official image `postgres:10` does. */
export function acceptPostgresql(image: string): void {
  test('first start: a password from a file, a database, scripts of every kind, and later starts change nothing', async () => {
    const names = { user: 'owner', database: 'misskey' }
    const env = {
      POSTGRES_PASSWORD_FILE: '/run/secrets/password',
      POSTGRES_USER: 'owner',
      POSTGRES_DB: 'misskey',
    }
    const mounts = {
      '/run/secrets': await temporaryFolder({ password: `${secret}\n` }),
      [initdb]: await temporaryFolder(scripts),
      [data]: await volume(image, '999:999'),
    }
    const first = await container(image, { ...restricted, env, mounts })
    await ready(first)
    const steps = async (server: Container) =>
      await query(server, `SELECT string_agg(name, ' ' ORDER BY n) FROM step`, names)
    expect(await steps(first)).toBe('run function array sql gz xz zst')
    const misskey = { user: 'misskey', password: `of-misskey, not ${secret}`, database: 'misskey' }
    expect(await query(first, 'SELECT current_user', misskey)).toBe('misskey')
    await expect(query(first, 'SELECT 1', { ...names, password: 'wrong' })).rejects.toThrow(
      'password authentication failed',
    )
    const said = await first.logs()
    expect(said).toContain(`running ${initdb}/10-run.sh`)
    expect(said).toContain(`sourcing ${initdb}/20-function.sh`)
    expect(said).toContain(`ignoring ${initdb}/70-notes.txt`)
    expect(said).toContain('PostgreSQL init process complete; ready for start up.')
    expect(said).not.toContain(secret)
    expect(await first.stop()).toMatchObject({ exitCode: 0 })

    const again = { ...env, POSTGRES_PASSWORD_FILE: '', POSTGRES_PASSWORD: 'another', POSTGRES_DB: 'another' }
    const second = await container(image, { ...restricted, env: again, mounts })
    await ready(second)
    expect(await steps(second)).toBe('run function array sql gz xz zst')
    await expect(query(second, 'SELECT 1', { ...names, password: 'another' })).rejects.toThrow(
      'password authentication failed',
    )
    expect(await second.logs()).toContain('appears to contain a database; Skipping initialization')
    expect(await second.logs()).not.toContain(initdb)
  })

  test('a stop ends its sessions and needs no recovery; a kill needs recovery and loses nothing', async () => {
    const mounts = { [data]: await volume(image, '999:999') }
    const server = await container(image, { ...restricted, env: { POSTGRES_PASSWORD: secret }, mounts })
    await ready(server)
    await query(server, 'CREATE TABLE note AS SELECT 1 AS id')
    const session = query(server, 'SELECT pg_sleep(600)').catch(String)
    const sleepers = `SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'`
    await vi.waitFor(async () => expect(await query(server, sleepers)).toBe('1'), 20_000)
    const { exitCode, seconds } = await server.stop()
    expect(exitCode).toBe(0)
    expect(seconds).toBeLessThan(30)
    expect(await session).toMatch(/terminating connection|exit code 137/)
    expect(await server.logs()).toContain('database system is shut down')

    await server.start()
    await ready(server)
    expect(await server.logs('last start')).toContain('database system was shut down at')
    expect(await server.logs('last start')).not.toMatch(/recovery|interrupted/)
    await query(server, 'INSERT INTO note VALUES (2)')
    expect(await server.kill('KILL')).toEqual({ exitCode: 137 })

    await server.start()
    await ready(server)
    expect(await server.logs('last start')).toContain('automatic recovery in progress')
    expect(await query(server, 'SELECT array_agg(id) FROM note')).toBe('{1,2}')
    expect(await server.kill('TERM')).toEqual({ exitCode: 0 }) // a smart shutdown, with no client connected
  })

  test.each<[string, ContainerOptions, string, string]>([
    ['root, which drops its privileges', { as: 'root' }, '0:0', '999'],
    ['root, on a volume of another user', { as: 'root' }, '1234:1234', '999'],
    ['999 on a read-only root', restricted, '999:999', '999'],
    ['any uid that owns the volume', { user: '12345:0', tmpfs: [sockets] }, '12345:0', '12345'],
  ])('runs as %s', async (_, given, owner, uid) => {
    const mounts = { [data]: await volume(image, owner) }
    const server = await container(image, { ...given, env: { POSTGRES_PASSWORD: secret }, mounts })
    await ready(server)
    expect(await server.exec('stat', '--format=%u', '/proc/1')).toBe(uid)
    expect(await server.exec('stat', '--format=%u %a', data)).toBe(`${uid} 700`)
    expect(await query(server, 'SELECT 1')).toBe('1')
  })

  test('its settings: only options, data and log in other folders, no password', async () => {
    const env = {
      POSTGRES_HOST_AUTH_METHOD: 'trust',
      POSTGRES_INITDB_ARGS: '--data-checksums --encoding=LATIN1 --locale=C',
      POSTGRES_INITDB_WALDIR: `${data}/wal`,
      PGDATA: `${data}/pgdata`,
    }
    const mounts = { [data]: await volume(image, '999:999') }
    const server = await container(image, { ...restricted, env, mounts, args: ['-c', 'max_connections=17'] })
    await ready(server)
    const shown = async (name: string) => await query(server, `SHOW ${name}`, { password: 'none' })
    expect(await shown('max_connections')).toBe('17')
    expect(await shown('data_checksums')).toBe('on')
    expect(await shown('server_encoding')).toBe('LATIN1')
    expect(await shown('data_directory')).toBe(env.PGDATA)
    expect(await server.exec('readlink', `${env.PGDATA}/pg_wal`)).toBe(env.POSTGRES_INITDB_WALDIR)
  })

  test('its defaults: UTF-8, English collation, files and tools where the official image has them', async () => {
    const mounts = { [data]: await volume(image, '0:0') }
    const server = await container(image, { as: 'root', env: { POSTGRES_PASSWORD: secret }, mounts })
    await ready(server)
    const shown = async (name: string) => await query(server, `SHOW ${name}`)
    expect(await shown('server_version')).toMatch(/^10\./)
    expect(await shown('server_encoding')).toBe('UTF8')
    expect(await shown('lc_collate')).toBe('en_US.utf8')
    expect(await shown('unix_socket_directories')).toBe('/var/run/postgresql')
    await query(server, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp"')
    await server.exec('pg_dump', '-U', 'postgres', 'postgres')
    await server.exec('test', '-x', '/docker-entrypoint.sh')
    await server.exec('test', '-x', '/usr/lib/postgresql/10/bin/postgres')
  })

  testExits(image, [
    {
      title: 'no password is refused',
      ...restricted,
      owners: { [data]: '999:999' },
      exitCode: 1,
      output: 'Error: Database is uninitialized and superuser password is not specified.',
    },
    {
      title: 'a password and a file with one are refused',
      ...restricted,
      owners: { [data]: '999:999' },
      files: { '/run/secrets': { password: secret } },
      env: { POSTGRES_PASSWORD: 'x', POSTGRES_PASSWORD_FILE: '/run/secrets/password' },
      exitCode: 1,
      output: 'error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)',
    },
    {
      title: 'a data directory of another user is reported',
      ...restricted,
      owners: { [data]: '1234:1234' },
      env: { POSTGRES_PASSWORD: 'x' },
      exitCode: 1,
      output: /\/var\/lib\/postgresql\/data.* (belongs to 1234:1234|Operation not permitted)/,
    },
    {
      title: 'a script that fails ends the first start',
      ...restricted,
      owners: { [data]: '999:999' },
      files: { [initdb]: { '10.sql': 'SELECT no_such_function();' } },
      env: { POSTGRES_PASSWORD: 'x' },
      exitCode: 3,
      output: 'function no_such_function() does not exist',
    },
    {
      title: 'postgres --version',
      args: ['postgres', '--version'],
      exitCode: 0,
      output: /^postgres \(PostgreSQL\) 10\./,
    },
    {
      title: 'an option without a command goes to the server',
      args: ['--version'],
      exitCode: 0,
      output: /^postgres \(PostgreSQL\) 10\./,
    },
    {
      title: 'any other command is run as given',
      args: ['sh', '-c', 'echo $PGDATA; exit 7'],
      exitCode: 7,
      output: data,
    },
  ])
}
