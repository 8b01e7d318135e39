import { container, imageUnderTest } from '@bluecore/images/testing'
import { expect, test, vi } from 'vitest'

const images = ['postgres-health', 'redis-health', 'elasticsearch-health', 'setup']
const secrets = { POSTGRES_PASSWORD: 'x', REDIS_PASSWORD: 'x' }

test.each(images.slice(0, 3).flatMap(name => ['', '12345:0'].map(user => [name, user] as const)))(
  '%s serves as uid "%s" and ends at SIGTERM',
  async (name, user) => {
    const image = await imageUnderTest(import.meta.dirname, `bluecore/${name}`)
    const sidecar = await container(image, { user, env: secrets, port: 9808 })
    const healthz = async () =>
      (await fetch(`http://${await sidecar.address()}/healthz`, { signal: AbortSignal.timeout(3_000) }))
        .status
    await vi.waitFor(async () => expect(await healthz()).toBe(200), { timeout: 30_000 })
    expect(await sidecar.exec('stat', '--format=%u', '/proc/1')).toBe(user.split(':')[0] || '10001')
    expect(await sidecar.exec('cat', '/proc/1/cmdline')).toContain('--max-old-space-size=32')
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
