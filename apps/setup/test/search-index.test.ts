import { createElasticsearch, type Elasticsearch } from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setup, start } from '../testing/setup.js'

let server: Elasticsearch
beforeAll(async () => {
  server = await createElasticsearch()
})
afterAll(() => server?.remove())

const env = (index?: string) => ({
  ELASTICSEARCH_URL: server.url,
  SETUP_TIMEOUT_SECONDS: 120,
  ...(index ? { ELASTICSEARCH_INDEX: index } : {}),
})

// biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
async function call(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.status, `${method} ${path}`).toBeLessThan(300)
  return response.json()
}

test('waits for Elasticsearch, then creates the index; those who wait for it continue', async () => {
  const others = [start(['wait', 'elasticsearch'], env()), start(['wait', 'search-index'], env())]
  const making = start(['search-index'], env())
  await Promise.all([making, ...others].map(one => one.says('ECONNREFUSED')))
  await server.start()
  expect(await making.ended).toMatchObject({
    code: 0,
    output: expect.stringContaining('created the index misskey_note'),
  })
  for (const other of others) expect(await other.ended).toMatchObject({ code: 0 })

  const { misskey_note } = await call('GET', '/misskey_note')
  expect(misskey_note.mappings).toEqual({
    properties: {
      text: { type: 'text', analyzer: 'ngram' },
      userId: { type: 'keyword' },
      userHost: { type: 'keyword' },
    },
  })
  expect(misskey_note.settings.index.analysis).toEqual({ analyzer: { ngram: { tokenizer: 'ngram' } } })
})

test('its search finds a part of a word, and no letters in another order', async () => {
  await call('PUT', '/misskey_note/_doc/1?refresh=true', {
    text: '東京のkubernetes',
    userId: 'a',
    userHost: null,
  })
  const found = async (query: string) => {
    const simple_query_string = { fields: ['text'], query, default_operator: 'and' }
    return (await call('POST', '/misskey_note/_search', { query: { simple_query_string } })).hits.total.value
  }
  expect(await found('kube')).toBe(1)
  expect(await found('東京')).toBe(1)
  expect(await found('京東')).toBe(0)
})

test('an existing index is kept with its notes', async () => {
  expect(await setup(['search-index'], env())).toMatchObject({
    code: 0,
    output: 'the index misskey_note already exists\n',
  })
  expect((await call('GET', '/misskey_note/_count')).count).toBe(1)
})

test('three concurrent runs: one creates it, the others find it', async () => {
  const all = await Promise.all([1, 2, 3].map(() => setup(['search-index'], env('at_once'))))
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0])
  const made = all.filter(({ output }) => output.includes('created the index'))
  expect(made.length, JSON.stringify(all)).toBe(1)
})

test('an index that a note created is reported with what to do, and left unchanged', async () => {
  await call('PUT', '/wrong/_doc/1?refresh=true', { text: '東京', userId: 'a', userHost: null })
  const before = await call('GET', '/wrong')
  for (const args of [['search-index'], ['wait', 'search-index']]) {
    const { code, output } = await setup(args, env('wrong'))
    expect(code).toBe(1)
    expect(output).toContain(
      "The index wrong exists, but Misskey's search would miss notes in it: the analyzer of text is standard",
    )
    expect(output).toContain('POST _reindex')
  }
  expect(await call('GET', '/wrong')).toEqual(before)
})
