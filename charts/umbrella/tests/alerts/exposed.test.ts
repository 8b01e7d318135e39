import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createElasticsearch,
  createPostgres,
  createRedis,
  startSidecar,
  until,
} from '@bluecore/sidecar/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { expressions, selectors } from '../../testing/expressions.js'

const minutes = 60_000
const apps = new URL('../../../../apps/', import.meta.url)

/** Metrics and labels that Prometheus itself adds. */
const prometheus = { names: ['up', 'ALERTS'], labels: ['job', 'namespace', 'server'] }

/** Label values by metric and label, as the sidecars of three real servers report them. */
const exposed = new Map<string, Map<string, Set<string>>>()
const undo: (() => unknown)[] = []
afterAll(async () => {
  for (const step of undo.reverse()) await step()
})

beforeAll(async () => {
  const [postgres, redis, elasticsearch] = await Promise.all([
    createPostgres(),
    createRedis(),
    createElasticsearch(),
  ])
  for (const server of [postgres, redis, elasticsearch]) undo.push(() => server.remove())
  await Promise.all([postgres.start(), redis.start(), elasticsearch.start()])
  const settings = {
    'postgres-health': { POSTGRES_PORT: postgres.port, POSTGRES_PASSWORD: postgres.password },
    'redis-health': { REDIS_PORT: redis.port },
    'elasticsearch-health': { ELASTICSEARCH_URL: elasticsearch.url },
  }
  for (const [app, env] of Object.entries(settings)) read(await metricsOf(app, env))
}, 10 * minutes)

/** A sidecar's metrics once all its checks pass. */
async function metricsOf(app: string, env: Record<string, string | number>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-exposed-'))
  const sidecar = await startSidecar(new URL(`${app}/`, apps), {
    HEALTH_STORAGE_PATH: join(folder, 'health'),
    ...env,
  })
  undo.push(
    () => rmSync(folder, { recursive: true }),
    () => sidecar.remove(),
  )
  const metrics = async () => (await sidecar.get('/metrics')).body
  await until(
    `all checks of ${app} pass`,
    async () => !/^bluecore_check_up\{.*\} 0$/m.test(await metrics()),
    minutes,
  )
  return await metrics()
}

function read(text: string) {
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = exposed.get(name) ?? new Map<string, Set<string>>()
    exposed.set(name, known)
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      known.set(label, (known.get(label) ?? new Set()).add(value))
  }
}

test.each(expressions())('%s uses metrics and labels that the sidecars report', (_, expr) => {
  for (const { name, matchers } of selectors(expr)) {
    if (prometheus.names.includes(name)) continue
    expect([...exposed.keys()]).toContain(name)
    for (const [label, , value] of matchers) {
      if (prometheus.labels.includes(label)) continue
      const reported = [...(exposed.get(name)?.get(label) ?? [])]
      for (const one of value.split('|')) expect(reported, `${name}{${label}}`).toContain(one)
    }
  }
})
