import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LifecycleInput } from './lifecycle.js'
import { codes, usable } from './probes.js'
import type { TestServer } from './server.js'
import { type Sidecar, startSidecar } from './sidecar.js'

/** Kills the server again and again under one sidecar: /readyz must fail within 2 s each time, and pass after each start. */
export function testKills<S extends TestServer>(
  kills: number,
  { app, createServer, env }: LifecycleInput<S>,
): void {
  let server: S
  let sidecar: Sidecar
  beforeAll(async () => {
    server = await createServer()
    sidecar = await startSidecar(app, env(server))
  }, 120_000)
  afterAll(async () => {
    await sidecar?.remove()
    await server?.remove()
  })

  test(`of ${kills} kills /readyz reports each within 2 s`, {
    timeout: 60_000 + kills * 30_000,
  }, async () => {
    const detected: number[] = []
    for (let kill = 0; kill < kills; kill++) {
      await server.start()
      await sidecar.until('/readyz', 200, 20_000)
      expect(await codes(sidecar)).toEqual(usable)
      const killed = performance.now()
      const [, at] = await Promise.all([
        server.kill(),
        sidecar.until('/readyz', 503, 10_000).then(() => performance.now()),
      ])
      detected.push(at - killed)
      expect(await codes(sidecar)).toEqual({ startupz: 503, readyz: 503, livez: 200 })
    }
    console.log(`killed: not ready after ms ${detected.map(Math.round).sort((a, b) => a - b)}`)
    expect(Math.max(...detected)).toBeLessThan(2_000)
  })
}
