import { afterEach, expect, test } from 'vitest'
import { type Sidecar, startSidecar } from '../testing/index.js'

let sidecar: Sidecar
afterEach(() => sidecar?.remove())

test('a sidecar that is held by a hung volume answers all the same, and is ended by force within 5 s', {
  timeout: 60_000,
}, async () => {
  sidecar = await startSidecar(new URL('./held/', import.meta.url), {})
  await sidecar.untilClass('volume', 'frozen', 5_000)
  expect(await sidecar.get('/healthz')).toMatchObject({ status: 200 })
  const asked = performance.now()
  sidecar.signal('SIGTERM')
  expect(await sidecar.exit).toMatchObject({ signal: 'SIGKILL' })
  expect(performance.now() - asked).toBeLessThan(6_000)
  expect(sidecar.log().at(-1)).toMatchObject({ level: 60, msg: 'still held after closing, ended by force' })
})
