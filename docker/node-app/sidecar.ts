import { container } from '@bluecore/images/testing'
import { expect, vi } from 'vitest'

const env = { POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x', HEALTH_STORAGE_PATH: '/volume/health' }

/** A sidecar without its server serves, looks at its volume, is what the image says, and ends at SIGTERM. */
export async function testSidecar(image: string, user?: string): Promise<void> {
  const sidecar = await container(image, { ...(user && { user }), env, tmpfs: ['/volume'], port: 9808 })
  const get = async (path: string) => {
    const answer = await fetch(`http://${await sidecar.address()}${path}`, {
      signal: AbortSignal.timeout(3_000),
    })
    return { status: answer.status, text: await answer.text() }
  }
  const volume = 'bluecore_check_up{check="storage"} 1'
  await vi.waitFor(async () => expect((await get('/metrics')).text).toContain(volume), { timeout: 30_000 })
  expect((await get('/healthz')).status).toBe(200)
  const first = `[fs.statSync('/proc/1').uid, fs.readFileSync('/proc/1/cmdline', 'utf8')].join()`
  const [uid, command] = (await sidecar.exec('node', '--print', first)).split(',')
  expect(uid).toBe(user?.split(':')[0] ?? '10001')
  expect(command).toContain('--max-old-space-size=24')
  expect(await sidecar.stop()).toMatchObject({ exitCode: 0 })
}
