import { expect, test, vi } from 'vitest'
import { type Container, container, volume } from './container.js'
import { testExits } from './exits.js'

const home = '/usr/share/elasticsearch'
const data = `${home}/data`
/** Without the second compiler, a start takes half as much of the processor. */
const small = { ES_JAVA_OPTS: '-Xms256m -Xmx256m -XX:TieredStopAtLevel=1' }
const single = { 'discovery.type': 'single-node', ...small }
/** Read-only root, with what the official image wants writable: it writes its keystore and a log at its start. */
const restricted = { volumes: [`${home}/config`, `${home}/logs`] }

/** As Misskey 12 creates and queries its index. */
const noteIndex = {
  settings: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } },
  mappings: { properties: { text: { type: 'text', analyzer: 'ngram' }, userId: { type: 'keyword' } } },
}
const query = { simple_query_string: { fields: ['text'], query: '天気', default_operator: 'and' } }

async function ask(server: Container, method: string, path: string, body?: object) {
  const answer = await fetch(`http://${await server.address()}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
    signal: AbortSignal.timeout(20_000), // the engine's proxy accepts before the server does
  })
  // biome-ignore lint/suspicious/noExplicitAny: the server's answers have no types
  return { status: answer.status, body: (await answer.json()) as any }
}

/** The server has a master, and its indices are there. */
async function ready(server: Container): Promise<void> {
  const health = async () => (await ask(server, 'GET', '/_cluster/health')).body.status
  await vi.waitFor(async () => expect(await health()).toMatch(/green|yellow/), {
    timeout: 180_000,
    interval: 500,
  })
}

/** Elasticsearch 7.4.2 behaves as the official image `elasticsearch-oss:7.4.2` does. */
export function acceptElasticsearch(image: string): void {
  test('finds Japanese text by ngram on a read-only root, stops at SIGTERM, and a new container finds it again', async () => {
    const mounts = { [data]: await volume(image, '1000:0') }
    const given = { ...restricted, user: '1000:0', env: single, mounts, port: 9200 }
    const first = await container(image, given)
    await ready(first)
    expect((await ask(first, 'GET', '/')).body.version).toMatchObject({
      number: '7.4.2',
      build_type: 'docker',
    })
    expect((await ask(first, 'PUT', '/misskey_note', noteIndex)).status).toBe(200)
    await ask(first, 'PUT', '/misskey_note/_settings', { 'index.search.slowlog.threshold.query.trace': '0s' })
    await ask(first, 'PUT', '/old?include_type_name=true')
    await ask(first, 'PUT', '/misskey_note/_doc/1?refresh=true', { text: '今日は天気がいい', userId: 'a' })
    await ask(first, 'PUT', '/misskey_note/_doc/2?refresh=true', { text: '猫がいる', userId: 'a' })
    const change = { script: { source: 'ctx._source.userId = params.to', params: { to: 'b' } } }
    const changed = await ask(first, 'POST', '/misskey_note/_update_by_query?refresh=true', change)
    expect(changed.body.updated).toBe(2)
    await ask(first, 'POST', '/misskey_note/_search', { query })
    expect(await first.stop()).toMatchObject({ exitCode: 143 })
    for (const type of ['server', 'deprecation', 'index_search_slowlog'])
      expect(await first.logs()).toContain(`{"type": "${type}", `)
    expect(await first.logs()).toMatch(/"message": "stopping \.\.\.".*"message": "closed"/s)

    const second = await container(image, given)
    await ready(second)
    const found = await ask(second, 'POST', '/misskey_note/_search', { query })
    expect(found.body.hits.hits).toMatchObject([
      { _id: '1', _source: { text: '今日は天気がいい', userId: 'b' } },
    ])
  })

  test('started by root, it takes the settings of its environment, and takes over the data directory with TAKE_FILE_OWNERSHIP', async () => {
    const env = {
      ...single,
      'cluster.name': 'site',
      'node.name': 'elsearch',
      'node.attr.my-rack': 'left = cold',
      'path.repo': '/tmp/snapshots',
      processors: '1',
      'http.max_content_length': '',
      TAKE_FILE_OWNERSHIP: '1',
    }
    const mounts = { [data]: await volume(image, '1234:1234') }
    const server = await container(image, { as: 'root', env, mounts, port: 9200 })
    await ready(server)
    const { nodes } = (await ask(server, 'GET', '/_nodes/_local/settings,jvm,os')).body
    // biome-ignore lint/suspicious/noExplicitAny: the server's answers have no types
    const [node] = Object.values<any>(nodes)
    expect(node).toMatchObject({
      name: 'elsearch',
      attributes: { 'my-rack': 'left = cold' },
      settings: { cluster: { name: 'site' }, path: { repo: ['/tmp/snapshots'] } },
      os: { allocated_processors: 1 },
    })
    const heap = node.jvm.mem.heap_max_in_bytes / 2 ** 20
    expect(heap).toBeGreaterThan(230) // a collector may keep a part of it apart
    expect(heap).toBeLessThanOrEqual(256)
    expect(await server.exec('stat', '--format=%u', '/proc/1', data, `${data}/nodes`)).toBe(
      '1000\n1000\n1000',
    )
    expect(await server.exec('curl', '--silent', '--fail', 'localhost:9200/_cat/master')).toContain(
      'elsearch',
    )
  })

  test('runs as any uid of group 0, by the command elasticsearch and its options', async () => {
    const args = ['elasticsearch', '-Ediscovery.type=single-node', '-Ecluster.name=by-option']
    const mounts = { [data]: await volume(image, '12345:0') }
    const server = await container(image, {
      ...restricted,
      user: '12345:0',
      args,
      env: small,
      mounts,
      port: 9200,
    })
    await ready(server)
    expect((await ask(server, 'GET', '/')).body.cluster_name).toBe('by-option')
    expect(await server.exec('stat', '--format=%u', '/proc/1', `${data}/nodes`)).toBe('12345\n12345')
  })

  testExits(image, [
    {
      title: 'the bootstrap checks are enforced unless it is a single node',
      as: 'root',
      env: small,
      exitCode: 78,
      output: /bootstrap checks failed.*default discovery settings are unsuitable for production/s,
    },
    {
      title: 'it exits if its data directory belongs to another user',
      ...restricted,
      user: '1000:0',
      owners: { [data]: '1234:1234' },
      env: single,
      exitCode: 1,
      output: /AccessDeniedException.*\/usr\/share\/elasticsearch\/data/,
    },
    {
      title: 'it exits on an unknown setting in its environment',
      as: 'root',
      env: { ...single, 'no.such.setting': '1' },
      exitCode: 1,
      output: 'unknown setting [no.such.setting]',
    },
    {
      title: 'elasticsearch --version',
      as: 'root',
      args: ['elasticsearch', '--version'],
      exitCode: 0,
      output: /^Version: 7\.4\.2, Build: \w+\/docker\//m,
    },
    {
      title: 'any other command is run as given',
      as: 'root',
      args: ['sh', '-c', 'id -u; pwd; exit 7'],
      exitCode: 7,
      output: /^0\n\/usr\/share\/elasticsearch$/,
    },
  ])
}
