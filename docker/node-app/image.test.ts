import { container, imageUnderTest } from '@bluecore/images/testing'
import { expect, test, vi } from 'vitest'

const images = ['postgres-health', 'redis-health', 'elasticsearch-health', 'setup']
const env = { POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x', HEALTH_STORAGE_PATH: '/volume/health' }

test.each(images.slice(0, 3).flatMap(name => ['', '12345:0'].map(user => [name, user] as const)))(
  '%s serves as uid "%s", looks at a volume, and ends at SIGTERM',
  async (name, user) => {
    const image = await imageUnderTest(import.meta.dirname, `bluecore/${name}`)
    const sidecar = await container(image, { user, env, tmpfs: ['/volume'], port: 9808 })
    const get = async (path: string) =>
      fetch(`http://${await sidecar.address()}${path}`, { signal: AbortSignal.timeout(3_000) })
    await vi.waitFor(async () => expect((await get('/healthz')).status).toBe(200), { timeout: 30_000 })
    const metrics = async () => (await get('/metrics')).text()
    await vi.waitFor(async () => expect(await metrics()).toContain('bluecore_check_up{check="storage"} 1'), {
      timeout: 30_000,
    })
    expect(await sidecar.exec('stat', '--format=%u', '/proc/1')).toBe(user.split(':')[0] || '10001')
    expect(await sidecar.exec('cat', '/proc/1/cmdline')).toContain('--max-old-space-size=24')
    await expect(sidecar.exec('npm', '--version')).rejects.toThrow('executable file not found')
    expect(await sidecar.stop()).toMatchObject({ exitCode: 0 })
  },
)

test('setup takes a command', async () => {
  const image = await imageUnderTest(import.meta.dirname, 'bluecore/setup')
  const wrong = await container(image, { args: ['no-such-command'] })
  expect((await wrong.ended()).exitCode).not.toBe(0)
  expect(await wrong.logs()).toContain('no-such-command')
  const right = await container(image, { args: ['--help'] })
  expect(await right.ended()).toEqual({ exitCode: 0 })
  expect(await right.logs()).toMatch(/secrets.*search-index.*wait.*render/s)
})
