import {
  createElasticsearch,
  createVolume,
  type Elasticsearch,
  type Sidecar,
  startSidecar,
  type Volume,
} from '@bluecore/sidecar/testing'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codes, report, untilReadyz, watchLivez } from './probes.js'

let volume: Volume
let server: Elasticsearch
let sidecar: Sidecar
let client: Client

beforeAll(async () => {
  volume = await createVolume(64)
  server = await createElasticsearch({ volume })
  client = new Client({ node: server.url, maxRetries: 0 })
  sidecar = await startSidecar(new URL('../', import.meta.url), { ELASTICSEARCH_URL: server.url })
  await server.start()
}, 240_000)
afterAll(async () => {
  await client?.close()
  await sidecar?.remove()
  await server?.remove()
  await volume?.remove()
})

test('a node that cannot write its state gives up being master: nothing is kept, but it lives', async () => {
  await client.indices.create({ index: 'misskey_note' })
  await untilReadyz(sidecar, /^(pass|warn)/, 30_000)
  const livez = watchLivez(sidecar)

  const failed = performance.now()
  await volume.failReadOnly()
  await expect(client.index({ index: 'misskey_note', body: { text: 'lost' } })).rejects.toThrow()
  await sidecar.untilClass('master', 'persistence', 60_000)
  report('NO MASTER: persistence', performance.now() - failed)
  const { body } = await sidecar.get('/readyz')
  expect(body).toContain('master is persistence: HTTP 503: master_not_discovered_exception')
  expect(body).toContain('cluster-health is persistence: red: a primary shard or the master is missing')
  expect(await codes(sidecar)).toEqual({ startupz: 200, readyz: 503, livez: 200 })
  expect(await livez.stop()).toEqual(new Set([200]))
}, 180_000)
