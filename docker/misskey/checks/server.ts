import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { container } from '@bluecore/images/testing'
import { createPostgres } from '@bluecore/sidecar/testing'
import { expect, onTestFinished, test, vi } from 'vitest'

const migrate = 'node node_modules/typeorm/cli.js migration:run -d ormconfig.js'.split(' ')

/** Its migrations and its server, as a pod runs them. */
export function testServer(image: string): void {
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
}

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
