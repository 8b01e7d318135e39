import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { bundleTestApp, runSidecarToEnd, type Sidecar, startSidecar } from '../testing/index.js'

const app = new URL('./held/', import.meta.url)
const timeout = 60_000

beforeAll(() => bundleTestApp(app))

let sidecar: Sidecar | undefined
afterEach(() => sidecar?.remove())

test('an error of its own is logged, and the probes go on', { timeout }, async () => {
  sidecar = await startSidecar(app, {})
  await sidecar.untilClass('volume', 'frozen', 5_000)
  const err = expect.objectContaining({ message: 'a fault of ours' })
  expect(sidecar.log()).toContainEqual(expect.objectContaining({ level: 50, msg: 'unexpected error', err }))
  expect(await sidecar.get('/healthz')).toMatchObject({ status: 200 })
})

test('held by a hung volume, it answers all the same and is ended by force within 5 s', {
  timeout,
}, async () => {
  sidecar = await startSidecar(app, {})
  await sidecar.untilClass('volume', 'frozen', 5_000)
  const asked = performance.now()
  sidecar.signal('SIGTERM')
  expect(await sidecar.exit).toMatchObject({ signal: 'SIGKILL' })
  expect(performance.now() - asked).toBeLessThan(6_000)
  expect(sidecar.log().at(-1)).toMatchObject({ level: 60, msg: 'still alive after closing, killed' })
})

test('a port that is taken is named, and ends it with code 2', { timeout }, async () => {
  const taken = createServer().listen(0, '0.0.0.0')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const { code, stderr } = await runSidecarToEnd(app, { HEALTH_PORT: port })
  taken.close()
  const problem = `HEALTH_PORT is ${port}: listen EADDRINUSE: address already in use 0.0.0.0:${port}`
  expect({ code, stderr }).toEqual({ code: 2, stderr: `held-health cannot start:\n  ${problem}\n` })
})
