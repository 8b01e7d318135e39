import { execFileSync } from 'node:child_process'
import { createElasticsearch } from '@bluecore/sidecar/testing'
import { startRelay } from '../relay.js'
import type { Server } from '../server.js'

/** Of `GET /_nodes/usage` and `GET /_nodes/stats/http`, what is used here. */
interface Nodes {
  nodes: Record<string, { rest_actions?: Record<string, number>; http?: { current_open: number } }>
}

export async function elasticsearchServer(): Promise<Server> {
  const server = await createElasticsearch()
  const { port, url } = server
  const relay = await startRelay(port)

  async function ask(method: string, path: string, body?: object): Promise<Nodes['nodes'][string]> {
    const headers = { 'Content-Type': 'application/json', Connection: 'close' }
    const signal = AbortSignal.timeout(10_000)
    const response = await fetch(url + path, {
      method,
      headers,
      signal,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return Object.values(((await response.json()) as Nodes).nodes ?? {})[0] ?? {}
  }

  return {
    name: 'elasticsearch',
    process: server,
    sidecarEnv: { ELASTICSEARCH_URL: `http://127.0.0.1:${relay.port}` },
    exporter: exporterPort => ({
      file: 'prometheus-elasticsearch-exporter',
      args: [`--web.listen-address=127.0.0.1:${exporterPort}`, `--es.uri=${url}`],
      env: {},
    }),
    execProbe: {
      file: 'curl',
      args: ['-fsS', '-o', '/dev/null', `${url}/_cluster/health?local=true`],
      env: {},
    },
    execInContainer: async () => docker('exec', container(port), 'true'),
    // The container's first process is Java itself.
    pid: async () => Number(docker('inspect', '--format', '{{.State.Pid}}', container(port))),
    async queries() {
      const { rest_actions = {} } = await ask('GET', '/_nodes/usage/rest_actions')
      return Object.values(rest_actions).reduce((sum, count) => sum + count, 0)
    },
    connections: async () => ((await ask('GET', '/_nodes/stats/http')).http?.current_open ?? 1) - 1,
    cutConnections: async () => relay.reset(),
    async breakState() {
      await ask('PUT', '/lost?wait_for_active_shards=0', {
        settings: { 'index.routing.allocation.require._name': 'nobody', number_of_replicas: 0 },
      })
      return { wrong: 'red: an index has no place', release: () => ask('DELETE', '/lost') }
    },
  }
}

function container(port: number): string {
  return docker('ps', '--quiet', '--filter', `publish=${port}`)
}

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8' }).trim()
}
