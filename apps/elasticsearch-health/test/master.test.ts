import {
  codes,
  createElasticsearch,
  createVolume,
  type Elasticsearch,
  type Sidecar,
  startSidecar,
  untilReadyzSays,
  usable,
  type Volume,
} from '@bluecore/sidecar/testing'
import { Client } from '@elastic/elasticsearch'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { report, watchLivez } from '../testing/probes.js'

let volume: Volume
let server: Elasticsearch
let sidecar: Sidecar
let client: Client

beforeAll(async () => {
  volume = await createVolume(64)
  server = await createElasticsearch({ volume })
  client = new Client({ node: server.url, maxRetries: 0, requestTimeout: 120_000 })
  sidecar = await startSidecar(new URL('../', import.meta.url), { ELASTICSEARCH_URL: server.url })
  await server.start()
}, 240_000)
afterAll(async () => {
  await client?.close()
  await sidecar?.remove()
  await volume?.heal() // a server whose volume hangs cannot be ended
  await server?.remove()
  await volume?.remove()
})

let livez: ReturnType<typeof watchLivez>
beforeEach(() => {
  livez = watchLivez(sidecar)
})
afterEach(async () => expect(await livez.stop()).toEqual(new Set([200])))

const wellLimitMs = 60_000

test('a master whose volume hangs reports its pending tasks', { timeout: 180_000 }, async () => {
  await client.indices.create({ index: 'misskey_note' })
  await untilReadyzSays(sidecar, /^warn/, wellLimitMs) // of the mapping
  const hung = performance.now()
  await volume.hang()
  const made = ['first', 'second'].map(index => client.indices.create({ index }))
  const waits = /master warns: \d+ cluster state updates are pending, the oldest for \d+ s/
  await untilReadyzSays(sidecar, waits, 60_000)
  report('WORK WAITS: a warning', performance.now() - hung)
  expect(await codes(sidecar)).toEqual(usable)

  await volume.heal()
  await Promise.all(made)
  await expect
    .poll(async () => (await sidecar.get('/readyz')).body, { timeout: wellLimitMs })
    .not.toContain('master')
})

test('a node that cannot write its state gives up being master: nothing is kept, but it lives', async () => {
  const failed = performance.now()
  await volume.failReadOnly()
  const note = expect(client.index({ index: 'misskey_note', body: { text: 'lost' } })).rejects.toThrow()
  await sidecar.untilClass('master', 'persistence', 60_000)
  report('NO MASTER: persistence', performance.now() - failed)
  const { body } = await sidecar.get('/readyz')
  expect(body).toContain('master is persistence: HTTP 503: master_not_discovered_exception')
  expect(body).toContain('cluster-health is persistence: red: a primary shard or the master is missing')
  expect(await codes(sidecar)).toEqual(usable)
  await note
}, 180_000)
