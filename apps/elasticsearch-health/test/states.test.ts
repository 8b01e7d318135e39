import { noteIndex } from '@bluecore/note-index'
import {
  codes,
  createElasticsearch,
  type Elasticsearch,
  metric,
  type Sidecar,
  startSidecar,
  untilReadyzSays,
  usable,
} from '@bluecore/sidecar/testing'
import { Client } from '@elastic/elasticsearch'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { report, watchLivez } from '../testing/probes.js'

/** One interval of the slow checks, the second look of the hysteresis, and room for a busy machine. */
const limitMs = 40_000
const timeout = 180_000

let server: Elasticsearch
let sidecar: Sidecar
let client: Client
let livez: ReturnType<typeof watchLivez>

beforeAll(async () => {
  server = await createElasticsearch({ env: { 'cluster.info.update.interval': '10s' } })
  client = new Client({ node: server.url })
  sidecar = await startSidecar(new URL('../', import.meta.url), { ELASTICSEARCH_URL: server.url })
  await server.start()
}, 240_000)
afterAll(async () => {
  await client?.close()
  await sidecar?.remove()
  await server?.remove()
})
beforeEach(() => {
  livez = watchLivez(sidecar)
})
afterEach(async () => expect(await livez.stop()).toEqual(new Set([200])))

test('without an index it is green and ready, and warns that notes would not be found', {
  timeout,
}, async () => {
  await untilReadyzSays(sidecar, /^warn: search-index warns: the index misskey_note is missing: /, limitMs)
  expect(await codes(sidecar)).toEqual(usable)
  expect(await metric(sidecar, 'elasticsearch_up')).toBe(1)
  expect(await metric(sidecar, 'elasticsearch_cluster_health_status{color="green"}')).toBe(1)
})

test('with an index on its single node it is yellow and ready', { timeout }, async () => {
  await client.indices.create({ index: 'drafts' })
  await expect
    .poll(() => metric(sidecar, 'elasticsearch_cluster_health_status{color="yellow"}'), { timeout: limitMs })
    .toBe(1)
  expect(await metric(sidecar, 'elasticsearch_cluster_health_unassigned_shards')).toBe(1) // the replica
  expect(await codes(sidecar)).toEqual(usable)
})

test('an index that the first note created warns that search misses notes', { timeout }, async () => {
  await client.index({ index: 'misskey_note', body: { text: '天気がいい' } })
  const wrong =
    /^warn: search-index warns: search misses notes permanently: in the index misskey_note, the analyzer of text is standard, not ngram, the tokenizer of the analyzer ngram is missing, not ngram, the type of userId is missing, not keyword, /
  report('WRONG MAPPING: a warning', await untilReadyzSays(sidecar, wrong, limitMs))
  expect(await codes(sidecar)).toEqual(usable)
  expect(await metric(sidecar, 'bluecore_check_warnings{check="search-index"}')).toBe(1)
})

test('the index as Misskey needs it does not warn', { timeout }, async () => {
  await client.indices.delete({ index: 'misskey_note' })
  await client.indices.create({
    index: 'misskey_note',
    body: noteIndex,
  })
  report('RIGHT MAPPING: no warning', await untilReadyzSays(sidecar, 'pass: all checks pass\n', limitMs))
})

test('with an unassigned shard it is red, and what is left of it can be used', { timeout }, async () => {
  const settings = { 'index.routing.allocation.include._name': 'nowhere' }
  await client.indices.create({ index: 'lost', body: { settings }, wait_for_active_shards: '0' })
  report('RED: persistence', await sidecar.untilClass('cluster-health', 'persistence', limitMs))
  const sentence = 'red: a primary shard or the master is missing; 4 shards are unassigned'
  const body = `warn: cluster-health is persistence: ${sentence}\n`
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 200, body })
  expect(await codes(sidecar)).toEqual(usable)
  expect(await metric(sidecar, 'elasticsearch_cluster_health_status{color="red"}')).toBe(1)
  await client.indices.delete({ index: 'lost' })
  report('RED: over', await sidecar.untilClass('cluster-health', 'up', limitMs))
})

test('with a closed index it is readonly: notes are neither found nor indexed', { timeout }, async () => {
  await client.indices.close({ index: 'misskey_note' })
  report('CLOSED: readonly', await sidecar.untilClass('search-index', 'readonly', limitMs))
  const body = expect.stringMatching(/^warn: search-index is readonly: HTTP 400: index_closed_exception/)
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 200, body })
  expect(await metric(sidecar, 'elasticsearch_up')).toBe(1)
  await client.indices.open({ index: 'misskey_note' })
  report('CLOSED: over', await sidecar.untilClass('search-index', 'up', limitMs))
})

async function set(settings: Record<string, string | null>) {
  await client.cluster.putSettings({ body: { transient: settings } })
}

test('at the flood stage of its disk it is read-only until there is space again', { timeout }, async () => {
  await client.indices.create({ index: 'antennas' })
  await client.indices.create({ index: 'clips' })
  const watermark = 'cluster.routing.allocation.disk.watermark'
  await set({
    [`${watermark}.low`]: '900tb',
    [`${watermark}.high`]: '899tb',
    [`${watermark}.flood_stage`]: '898tb',
  })
  report('FLOOD STAGE: readonly', await sidecar.untilClass('blocks', 'readonly', limitMs))
  const body = expect.stringContaining(
    'warn: blocks is readonly: 4 indices are read-only because the disk is full: antennas, clips, drafts, …; ' +
      'Elasticsearch unblocks them when there is space again',
  )
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 200, body })
  expect(await codes(sidecar)).toEqual(usable)
  await expect(client.index({ index: 'misskey_note', body: { text: 'no' } })).rejects.toMatchObject({
    statusCode: 403,
  })
  await expect
    .poll(async () => (await sidecar.get('/status')).body, { timeout: limitMs })
    .toContain('the disk has passed the watermark flood_stage (898tb), ')

  await set({ [`${watermark}.*`]: null })
  report('FLOOD STAGE: lifted', await sidecar.untilClass('blocks', 'up', limitMs))
  await untilReadyzSays(sidecar, 'pass: all checks pass\n', limitMs)
  await client.index({ index: 'misskey_note', body: { text: 'yes' } })
})

test('with a full heap it is saturated, and names the circuit breaker', {
  timeout,
}, async () => {
  await set({ 'indices.breaker.total.limit': '1%' })
  report('FULL HEAP: saturated', await sidecar.untilClass('search-index', 'saturated', limitMs))
  const body = expect.stringMatching(
    /^warn: search-index is saturated: HTTP 429: circuit_breaking_exception: /,
  )
  expect(await sidecar.get('/readyz')).toMatchObject({ status: 200, body })
  expect(await codes(sidecar)).toEqual(usable)
  await expect
    .poll(async () => (await sidecar.get('/status')).body, { timeout: limitMs })
    .toMatch(/the breaker parent has tripped \d+ times since the last check/)
  expect(await metric(sidecar, 'elasticsearch_breakers_tripped{breaker="parent"}')).toBeGreaterThan(0)

  await set({ 'indices.breaker.total.limit': null })
  report('FULL HEAP: over', await sidecar.untilClass('search-index', 'up', limitMs))
  await untilReadyzSays(sidecar, 'pass: all checks pass\n', limitMs)
})

test('its numbers have the names of elasticsearch_exporter', { timeout }, async () => {
  for (const series of [
    'elasticsearch_jvm_memory_used_bytes{area="heap"}',
    'elasticsearch_jvm_memory_max_bytes{area="heap"}',
    'elasticsearch_filesystem_data_available_bytes',
    'elasticsearch_process_open_files_count',
  ])
    expect(await metric(sidecar, series), series).toBeGreaterThan(0)
  expect(await metric(sidecar, 'elasticsearch_thread_pool_rejected_count{type="search"}')).toBe(0)
  expect(await metric(sidecar, 'elasticsearch_cluster_health_number_of_pending_tasks')).toBe(0)
})
