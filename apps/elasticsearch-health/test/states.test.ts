import {
  createElasticsearch,
  type Elasticsearch,
  type Sidecar,
  startSidecar,
} from '@bluecore/sidecar/testing'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, expect, test } from 'vitest'

const limitMs = 20_000
const timeout = 60_000

let server: Elasticsearch
let sidecar: Sidecar
let client: Client

beforeAll(async () => {
  server = await createElasticsearch()
  client = new Client({ node: server.url })
  sidecar = await startSidecar(new URL('../', import.meta.url), { ELASTICSEARCH_URL: server.url })
  await server.start()
}, 240_000)
afterAll(async () => {
  await client?.close()
  await sidecar?.remove()
  await server?.remove()
})

async function metric(name: string): Promise<number> {
  const { body } = await sidecar.get('/metrics')
  const line = body.split('\n').find(text => text.startsWith(`${name} `))
  return Number(line?.split(' ')[1])
}

test('without an index it is green and ready', { timeout }, async () => {
  await sidecar.until('/readyz', 200, limitMs)
  expect(await metric('elasticsearch_up')).toBe(1)
  expect(await metric('elasticsearch_cluster_health_status{color="green"}')).toBe(1)
})

test('with an index on its single node it is yellow, and ready', { timeout }, async () => {
  await client.indices.create({ index: 'notes' })
  await expect
    .poll(() => metric('elasticsearch_cluster_health_status{color="yellow"}'), { timeout: limitMs })
    .toBe(1)
  expect(await metric('elasticsearch_cluster_health_unassigned_shards')).toBe(1) // the replica
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 200 })
})

test('with a shard that has no place it is red: not ready, but alive', { timeout }, async () => {
  const settings = { 'index.routing.allocation.include._name': 'nowhere' }
  await client.indices.create({ index: 'lost', body: { settings }, wait_for_active_shards: '0' })
  await sidecar.untilClass('cluster-health', 'persistence', limitMs)
  const body = 'fail: cluster-health is persistence: red: 3 shards have no place\n'
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 503, body })
  expect(await sidecar.get('/livez')).toMatchObject({ status: 200, body: 'pass: it answers\n' })
  expect(await metric('elasticsearch_cluster_health_status{color="red"}')).toBe(1)
  await client.indices.delete({ index: 'lost' })
  await sidecar.until('/readyz', 200, limitMs)
})
