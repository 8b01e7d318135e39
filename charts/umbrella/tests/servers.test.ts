import { describe, expect, test } from 'vitest'
import type { PodTemplate } from './objects.js'
import { only, pods, render } from './render.js'

describe.each(['dbserver', 'redis', 'elsearch'])('%s', name => {
  test('one pod, and the old one ends before the new one starts', async () => {
    const { spec } = only(await render(), 'Deployment', name)
    expect(spec.replicas).toBe(1)
    expect(spec.strategy).toEqual({ type: 'Recreate' })
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(60)
  })

  test('its health is a native sidecar whose own probes do not ask for the server', async () => {
    const health = container(only(await render(), 'Deployment', name).spec.template, 'health')
    expect(health.restartPolicy).toBe('Always')
    for (const probe of [health.startupProbe, health.readinessProbe, health.livenessProbe]) {
      expect(probe?.httpGet).toEqual({ path: '/healthz', port: 9808 })
    }
  })

  test('the sidecar answers the probes of the server', async () => {
    const { spec } = only(await render(), 'Deployment', name).spec.template as PodTemplate
    expect(spec.containers).toHaveLength(1)
    const [server] = spec.containers
    expect(server?.startupProbe?.httpGet).toEqual({ path: '/startupz', port: 9808 })
    expect(server?.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 9808 })
    expect(server?.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 9808 })
  })

  test('the sidecar watches the volume of the server in a folder of its own', async () => {
    const template = only(await render(), 'Deployment', name).spec.template
    const health = container(template, 'health')
    const folder = '/volume/.bluecore-health'
    expect(health.env).toContainEqual({ name: 'HEALTH_STORAGE_PATH', value: folder })
    expect(health.volumeMounts).toContainEqual({ name: 'data', mountPath: '/volume' })
    expect(template.spec.volumes).toContainEqual({ name: 'data', persistentVolumeClaim: expect.anything() })
  })

  test('a crashing sidecar, held back for 300 s, does not kill the server; a long recovery is not killed', async () => {
    const [server] = (only(await render(), 'Deployment', name).spec.template as PodTemplate).spec.containers
    const patience = (probe = server?.livenessProbe) =>
      (probe?.periodSeconds ?? 0) * (probe?.failureThreshold ?? 0)
    expect(patience(server?.livenessProbe)).toBeGreaterThan(300)
    expect(patience(server?.startupProbe)).toBeGreaterThanOrEqual(1_800)
  })
})

test('Misskey: three replicas over the nodes, never fewer while it is changed', async () => {
  const { spec } = only(await render(), 'Deployment', 'misskey')
  expect(spec.replicas).toBe(3)
  expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } })
  expect(spec.template.spec.topologySpreadConstraints).toMatchObject([
    { topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ])
})

test('Misskey: a restart is for a dead process, readiness asks for the database', async () => {
  const server = container(only(await render(), 'Deployment', 'misskey').spec.template, 'misskey')
  expect(server.startupProbe?.httpGet).toEqual({ path: '/robots.txt', port: 3000 })
  expect(server.livenessProbe?.httpGet).toEqual({ path: '/robots.txt', port: 3000 })
  expect(server.readinessProbe?.httpGet).toEqual({ path: '/manifest.json', port: 3000 })
})

test('Misskey: starts after the check of its volume, the search index, the servers, its configuration and the migrations', async () => {
  const { initContainers } = only(await render(), 'Deployment', 'misskey').spec.template.spec
  expect(
    initContainers.map(({ name, args }: { name: string; args: string[] }) => `${name}: ${args.at(-1)}`),
  ).toEqual([
    'storage: storage',
    'search-index: search-index',
    'wait: redis',
    'config: /config/default.yml',
    'migrations: wait',
  ])
})

test('no pod is selected by two Services', async () => {
  const objects = await render()
  const services = objects.filter(({ kind }) => kind === 'Service')
  for (const [where, { metadata }] of pods(objects)) {
    const chosen = services.filter(({ spec }) =>
      Object.entries(spec.selector).every(([key, value]) => metadata.labels[key] === value),
    )
    expect(chosen.length, where).toBe(where.startsWith('Deployment/') ? 1 : 0)
  }
})

function container({ spec }: PodTemplate, name: string) {
  const found = [...(spec.initContainers ?? []), ...spec.containers].find(one => one.name === name)
  if (!found) throw new Error(`no container ${name}`)
  return found
}
