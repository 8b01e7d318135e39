import { codes, createPostgres, type Postgres, type Sidecar, usable } from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { beside, limitMs } from './fixture.js'

const deaths = 20

let server: Postgres
let sidecar: Sidecar

beforeAll(async () => {
  server = await createPostgres()
}, 120_000)
afterAll(async () => {
  await sidecar?.remove()
  await server?.remove()
})

test('of 20 deaths, /readyz tells each within 2 s, and each comeback', { timeout: 600_000 }, async () => {
  sidecar = await beside(server)
  const seen: number[] = []
  const back: number[] = []
  for (let death = 0; death < deaths; death++) {
    await server.start()
    back.push(await sidecar.until('/readyz', 200, limitMs))
    expect(await codes(sidecar)).toEqual(usable)
    const died = performance.now()
    await server.kill()
    await sidecar.until('/readyz', 503, 2_000)
    seen.push(performance.now() - died)
    expect(await codes(sidecar)).toEqual({ startupz: 503, readyz: 503, livez: 200 })
    await sidecar.untilClass('kept-connection', 'refused', 2_000)
  }
  const sorted = (times: number[]) => times.map(Math.round).sort((a, b) => a - b)
  console.log(`killed: not ready after ms ${sorted(seen).join(' ')}`)
  console.log(`started: ready after ms ${sorted(back).join(' ')}`)
  expect(Math.max(...seen)).toBeLessThan(2_000)
  expect(Math.max(...back)).toBeLessThan(4_000)
})
