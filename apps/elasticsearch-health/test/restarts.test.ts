import {
  codes,
  createElasticsearch,
  type Elasticsearch,
  type Sidecar,
  startSidecar,
} from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { report, watchLivez } from '../testing/probes.js'

const startLimitMs = 180_000
const timeout = 600_000

let server: Elasticsearch
let sidecar: Sidecar

beforeAll(async () => {
  // It waits a while for a second node before it reads its state: a recovery long enough to be looked at.
  const env = { 'gateway.expected_nodes': '2', 'gateway.recover_after_time': '5s' }
  server = await createElasticsearch({ env })
  sidecar = await startSidecar(new URL('../', import.meta.url), {
    ELASTICSEARCH_URL: server.url,
    HEALTH_FROZEN_AFTER_SECONDS: startLimitMs / 1000,
  })
}, 120_000)
afterAll(async () => {
  await sidecar?.remove()
  await server?.remove()
})

test('while it starts it is first refused, then starting, then usable, and never to be restarted', {
  timeout,
}, async () => {
  const livez = watchLivez(sidecar)
  await sidecar.untilClass('node', 'refused', 10_000)
  expect(await codes(sidecar)).toEqual({ startupz: 503, readyz: 503, livez: 200 })

  const launched = performance.now()
  await server.launch()
  await sidecar.untilClass('cluster-health', 'starting', startLimitMs)
  report('START: starting', performance.now() - launched)
  expect(await codes(sidecar)).toEqual({ startupz: 200, readyz: 503, livez: 200 })
  const { body } = await sidecar.get('/readyz')
  expect(body).toContain('cluster-health is starting: red: shards are still being recovered')

  await sidecar.until('/readyz', 200, startLimitMs)
  report('START: usable', performance.now() - launched)
  expect(await codes(sidecar)).toEqual({ startupz: 200, readyz: 200, livez: 200 })
  expect(await livez.stop()).toEqual(new Set([200]))
})
