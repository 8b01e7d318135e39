import { container, imageUnderTest, volume } from '@bluecore/images/testing'
import { expect, test, vi } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
const data = '/usr/share/elasticsearch/data'
const single = { 'discovery.type': 'single-node', ES_JAVA_OPTS: '-Xms256m -Xmx256m' }
const patience = { timeout: 180_000, interval: 500 }

/** As Misskey 12 makes and asks its index. */
const noteIndex = {
  settings: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } },
  mappings: { properties: { text: { type: 'text', analyzer: 'ngram' }, userId: { type: 'keyword' } } },
}
const query = { simple_query_string: { fields: ['text'], query: '天気', default_operator: 'and' } }

async function ask(address: string, method: string, path: string, body?: object) {
  const answer = await fetch(`http://${address}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
    signal: AbortSignal.timeout(20_000), // the engine's proxy accepts before the server does
  })
  // biome-ignore lint/suspicious/noExplicitAny: the server's answers have no types
  return { status: answer.status, body: (await answer.json()) as any }
}

test.each(['1000:0', '1000:1000'])(
  'finds Japanese text by ngram as %s, stops at SIGTERM, and finds it again',
  async user => {
    const server = await container(image, {
      user,
      env: { ...single, 'cluster.name': 'house' },
      mounts: { [data]: await volume(image, user) },
      port: 9200,
    })
    await vi.waitFor(
      async () =>
        expect((await ask(await server.address(), 'GET', '/_cluster/health')).body).toMatchObject({
          status: 'green',
          cluster_name: 'house',
        }),
      patience,
    )
    const first = await server.address()
    expect((await ask(first, 'GET', '/')).body.version).toMatchObject({ number: '7.4.2' })
    expect((await ask(first, 'PUT', '/misskey_note', noteIndex)).status).toBe(200)
    await ask(first, 'PUT', '/misskey_note/_doc/1?refresh=true', { text: '今日は天気がいい', userId: 'a' })
    await ask(first, 'PUT', '/misskey_note/_doc/2?refresh=true', { text: '猫がいる', userId: 'a' })
    const change = { script: { source: 'ctx._source.userId = params.to', params: { to: 'b' } } }
    expect(
      (await ask(first, 'POST', '/misskey_note/_update_by_query?refresh=true', change)).body.updated,
    ).toBe(2)

    expect(await server.stop()).toMatchObject({ exitCode: 143 })
    await server.start()
    const found = [{ _id: '1', _source: { text: '今日は天気がいい', userId: 'b' } }]
    await vi.waitFor(
      async () =>
        expect(
          (await ask(await server.address(), 'POST', '/misskey_note/_search', { query })).body.hits.hits,
        ).toMatchObject(found),
      patience,
    )
  },
)

test('refuses a password that it could not ask for', async () => {
  const server = await container(image, { env: { ...single, ELASTIC_PASSWORD: 'x' } })
  expect(await server.ended()).toEqual({ exitCode: 64 })
  expect(await server.logs()).toContain('ELASTIC_PASSWORD is set, but this is the OSS server')
})
