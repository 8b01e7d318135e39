import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TestServer } from './server.js'
import { type Env, type Sidecar, startSidecar } from './sidecar.js'

export interface LifecycleInput<S extends TestServer> {
  /** Folder of the sidecar's app. */
  app: URL
  createServer(): Promise<S>
  /** Settings with which the sidecar finds the server. */
  env(server: S): Env
}

const frozenAfterMs = 2_000

/** One interval, one deadline, and room for a busy machine. */
const silenceSeenMs = 4_000

/** What every sidecar does while its server comes, dies, freezes and returns: told here once, tested with each server. */
export function testLifecycle<S extends TestServer>({ app, createServer, env }: LifecycleInput<S>): void {
  describe('while its server comes and goes', { timeout: 300_000 }, () => {
    let server: S
    let sidecar: Sidecar

    beforeAll(async () => {
      server = await createServer()
    }, 120_000)
    afterAll(() => server?.remove())
    afterEach(() => sidecar?.remove())

    async function begin() {
      sidecar = await startSidecar(app, { HEALTH_FROZEN_AFTER_SECONDS: frozenAfterMs / 1000, ...env(server) })
    }
    const statusOf = async (path: string) => (await sidecar.get(path)).status

    test('a server that was never there has not started and is not ready, but needs no restart', async () => {
      await begin()
      await sidecar.until('/status', 503, 2_000)
      expect(await statusOf('/startupz')).toBe(503)
      expect((await sidecar.get('/readyz')).body).toContain('is refused')
      const late = performance.now() + frozenAfterMs + 2_000
      while (performance.now() < late) expect(await statusOf('/livez')).toBe(200)
      expect(await statusOf('/healthz')).toBe(200)
    })

    test('a killed server is not ready within 2 s, may be restarted after a while, and comes back', async () => {
      await server.start()
      await begin()
      await sidecar.until('/readyz', 200, 30_000)
      expect(await statusOf('/startupz')).toBe(200)

      const killed = performance.now()
      await server.kill()
      await sidecar.until('/readyz', 503, 2_000)
      expect(performance.now() - killed).toBeLessThan(2_000)
      expect((await sidecar.get('/readyz')).body).toContain('is refused')
      expect(await statusOf('/startupz')).toBe(503) // its successor has yet to answer
      await sidecar.until('/livez', 503, frozenAfterMs + silenceSeenMs)
      expect(performance.now() - killed).toBeGreaterThan(frozenAfterMs)

      await server.start()
      await sidecar.until('/readyz', 200, 30_000)
      expect(await statusOf('/startupz')).toBe(200)
      expect(await statusOf('/livez')).toBe(200)
    })

    test('a frozen server is not ready, no request waits for it, and /livez fails after the set time and not before', async () => {
      await begin()
      await sidecar.until('/readyz', 200, 30_000)

      const frozen = performance.now()
      await server.freeze()
      await sidecar.until('/readyz', 503, silenceSeenMs)
      expect((await sidecar.get('/readyz')).body).toContain('is frozen: no response within 800 ms')
      const times: number[] = []
      for (let request = 0; request < 50; request++) times.push((await sidecar.get('/readyz')).ms)
      // The median: what a busy machine delays says nothing, and a request that waited would take the 800 ms of the check.
      expect(times.sort((a, b) => a - b)[25]).toBeLessThan(100)
      await sidecar.until('/livez', 503, frozenAfterMs + silenceSeenMs)
      expect(performance.now() - frozen).toBeGreaterThan(frozenAfterMs)
      expect(await statusOf('/startupz')).toBe(200)
      expect(await statusOf('/healthz')).toBe(200)

      await server.thaw()
      await sidecar.until('/readyz', 200, 30_000)
      expect(await statusOf('/livez')).toBe(200)
      const failures = sidecar.log().filter(line => line.msg === 'failing' && line.class === 'frozen')
      expect(failures.length).toBe(new Set(failures.map(line => line.check)).size) // each told once
    })

    test('on SIGTERM it is not ready first, and ends by itself after the delay', async () => {
      await begin()
      await sidecar.until('/readyz', 200, 30_000)
      const asked = performance.now()
      sidecar.signal('SIGTERM')
      await sidecar.until('/readyz', 503, 1_000)
      expect((await sidecar.get('/readyz')).body).toBe('fail: this sidecar is shutting down\n')
      expect(await statusOf('/livez')).toBe(200)
      expect(await sidecar.exit).toMatchObject({ code: 0, signal: null })
      expect(performance.now() - asked).toBeGreaterThan(2_000)
      expect(performance.now() - asked).toBeLessThan(5_000)
    })
  })
}
