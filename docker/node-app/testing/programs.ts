import { container } from '@bluecore/images/testing'
import { expect, vi } from 'vitest'

/** Runs the program of one of this folder's images. @param user `uid:gid`; else the image's own */
export async function testProgram(name: string, image: string, user?: string): Promise<void> {
  const options = user ? { user } : {}
  if (name === 'bluecore/setup') await testSetup(image, options)
  else await testSidecar(image, options)
}

const env = { POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x', HEALTH_STORAGE_PATH: '/volume/health' }

/** A sidecar without its server serves metrics, checks its volume, has the image's settings, and ends at SIGTERM. */
async function testSidecar(image: string, options: { user?: string }): Promise<void> {
  const sidecar = await container(image, { ...options, env, tmpfs: ['/volume'], port: 9808 })
  const get = async (path: string) => {
    const answer = await fetch(`http://${await sidecar.address()}${path}`, {
      signal: AbortSignal.timeout(3_000),
    })
    return { status: answer.status, text: await answer.text() }
  }
  const volume = 'bluecore_check_up{check="storage"} 1'
  await vi.waitFor(async () => expect((await get('/metrics')).text).toContain(volume), {
    timeout: 30_000,
    interval: 200,
  })
  expect((await get('/healthz')).status).toBe(200)
  const first = `[fs.statSync('/proc/1').uid, fs.readFileSync('/proc/1/cmdline', 'utf8')].join()`
  const [uid, command] = (await sidecar.exec('node', '--print', first)).split(',')
  expect(uid).toBe(options.user?.split(':')[0] ?? '10001')
  expect(command).toContain('--max-old-space-size=24')
  expect(await sidecar.stop()).toMatchObject({ exitCode: 0 })
}

/** Setup runs the command that it is given, and refuses one that it does not know. */
async function testSetup(image: string, options: { user?: string }): Promise<void> {
  const wrong = await container(image, { ...options, args: ['no-such-command'] })
  expect((await wrong.ended()).exitCode).not.toBe(0)
  expect(await wrong.logs()).toContain('no-such-command')
  const right = await container(image, { ...options, args: ['--help'] })
  expect(await right.ended()).toEqual({ exitCode: 0 })
  expect(await right.logs()).toMatch(/secrets.*search-index.*wait.*render/s)
}
