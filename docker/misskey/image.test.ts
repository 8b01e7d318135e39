import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findEngine } from '@bluecore/images'
import { container, imageUnderTest, volume } from '@bluecore/images/testing'
import { createPostgres } from '@bluecore/sidecar/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
const migrate = 'node node_modules/typeorm/cli.js migration:run -d ormconfig.js'.split(' ')

test('runs as 991 on Node.js 16.20.2, and owns nothing but its files', async () => {
  const idle = await container(image, {
    mounts: { '/misskey/files': await volume(image, '991:991') },
    args: ['sleep', '600'],
  })
  expect(await idle.exec('sh', '-c', 'id -u; id -g; node --version; yarn --version')).toBe(
    '991\n991\nv16.20.2\n1.22.22',
  )
  await idle.exec('touch', '/misskey/files/x', '/tmp/x')
  await expect(idle.exec('touch', '/misskey/x')).rejects.toThrow('Read-only file system')
  expect(await idle.exec('find', '/misskey', '-user', '991')).toBe('/misskey/files\n/misskey/files/x')
})

test('its labels say what it is', async () => {
  const { docker } = await findEngine()
  const format = '{{json .Config.Labels}}'
  const { stdout } = await promisify(execFile)(docker, ['image', 'inspect', '--format', format, image])
  const idle = await container(image, { args: ['sleep', '600'] })
  const { name, version } = JSON.parse(await idle.exec('cat', '/misskey/package.json'))
  expect(JSON.parse(stdout)).toMatchObject({
    'org.opencontainers.image.title': name === 'misskey' ? 'Misskey' : expect.stringContaining('not Misskey'),
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.base.name': expect.stringMatching(/^(centos|debian):/),
  })
})

test('migrates a database once, serves from it, and stops at SIGTERM', async () => {
  const mounts = { '/misskey/.config': await configuredFor() }
  for (const said of ['has been  executed successfully', 'No migrations are pending']) {
    const migration = await container(image, { mounts, args: migrate })
    expect(await migration.ended(), await migration.logs()).toEqual({ exitCode: 0 })
    expect(await migration.logs()).toContain(said)
  }

  const server = await container(image, { mounts, port: 3000 })
  const get = async (path: string) =>
    await fetch(`http://${await server.address()}${path}`, { signal: AbortSignal.timeout(5_000) })
  await vi.waitFor(async () => expect((await get('/manifest.json')).status).toBe(200), {
    timeout: 120_000,
    interval: 500,
  })
  expect(await (await get('/manifest.json')).json()).toMatchObject({ short_name: expect.any(String) })
  expect((await get('/robots.txt')).status).toBe(200)
  const { exitCode, seconds } = await server.stop()
  expect(exitCode).toBe(0)
  expect(seconds).toBeLessThan(15)
})

/**
 * A real PostgreSQL, and a folder for /misskey/.config that leads to it. The server's socket lies in the same
 * folder, so that a container needs no way to this machine's network. There is no Redis: pages do not wait for it.
 */
async function configuredFor(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'misskey-config-'))
  onTestFinished(async () => await rm(folder, { recursive: true }))
  await chmod(folder, 0o777)
  const postgres = await createPostgres([`unix_socket_directories=${folder}`])
  onTestFinished(async () => void (await postgres.remove()))
  await postgres.start()
  const db = { host: '/misskey/.config', port: postgres.port, db: 'misskey', user: 'postgres' }
  const config = {
    url: 'http://127.0.0.1:3000/',
    port: 3000,
    db: { ...db, pass: postgres.password },
    redis: { host: '127.0.0.1', port: 6379 },
    id: 'aid',
  }
  await writeFile(join(folder, 'default.yml'), JSON.stringify(config)) // JSON is YAML
  return folder
}
