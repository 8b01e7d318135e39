import { describe, expect, test } from 'vitest'
import { type RenderOptions, render } from '../testing/helm.js'
import { installations, valuesOf } from '../testing/installations.js'
import { type End, goesOut, letsIn, policiesOf, reaches } from '../testing/network-policies.js'
import { type KubeObject, pods } from '../testing/objects.js'

const ports = [3000, 5432, 6379, 9200, 9808]

/** Each kind of pod of the release, by the name in its labels; a standby by that of its server, whose place it takes. */
function ends(objects: readonly KubeObject[], options: RenderOptions = {}): Map<string, End> {
  return new Map(
    pods(objects).map(([, { metadata }], index) => [
      metadata.labels['app.kubernetes.io/component'] ?? metadata.labels['app.kubernetes.io/name'] ?? '',
      { ip: `10.42.0.${index + 10}`, namespace: options.namespace ?? 'home', labels: metadata.labels },
    ]),
  )
}

const enforced = installations.filter(([, { networkPolicy }]) => {
  const policy = networkPolicy as { enabled?: boolean } | undefined
  return policy?.enabled !== false
})

test('all installations but one have policies', () => {
  expect(enforced).toHaveLength(installations.length - 1)
})

describe.each(enforced)('%s', (_, values, options) => {
  test('every pod is selected by exactly one policy, and every policy selects a pod', async () => {
    const objects = await render(values, options)
    const selected = [...ends(objects, options)].map(([name, end]) => [
      name,
      policiesOf(objects, end).map(({ metadata }) => metadata.name),
    ])
    for (const [name, policies] of selected) expect(policies, `policies of ${name}`).toEqual([name])
    const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy')
    expect(policies).toHaveLength(selected.length)
    for (const { spec } of policies) expect(spec.policyTypes).toEqual(['Ingress', 'Egress'])
  })

  test('no rule refers to a pod that does not exist', async () => {
    const objects = await render(values, options)
    const labels = [...ends(objects, options).values()].map(end => JSON.stringify(end.labels))
    const named = objects
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      .flatMap(({ from, to }) => [...(from ?? []), ...(to ?? [])])
      .filter(({ podSelector, namespaceSelector }) => podSelector && !namespaceSelector)
      .flatMap(({ podSelector }) => Object.entries(podSelector.matchLabels))
    expect(named.length).toBeGreaterThan(5)
    for (const [key, value] of named) {
      expect(
        labels.filter(text => text.includes(`"${key}":"${value}"`)),
        `${key}=${value}`,
      ).not.toEqual([])
    }
  })

  test('the pods of the release can connect only to what they need, restricted at both ends', async () => {
    const objects = await render(values, options)
    const all = [...ends(objects, options)]
    const open = (allowed: typeof reaches) =>
      all
        .flatMap(([from, source]) =>
          all.flatMap(([to, target]) =>
            ports
              .filter(port => from !== to && allowed(objects, source, target, port))
              .map(port => `${from} → ${to}:${port}`),
          ),
        )
        .sort()
    const needed = [
      'bluecore-test → misskey:3000',
      'misskey → dbserver:5432',
      'misskey → elsearch:9200',
      'misskey → redis:6379',
      'misskey-migrations → dbserver:5432',
      'misskey-migrations → redis:6379',
    ]
    expect(open(reaches)).toEqual(needed)
    expect(open(goesOut)).toEqual(needed)
    // Misskey itself is open to all unless the values restrict it.
    const servers = (connections: string[]) => connections.filter(one => !one.endsWith(' misskey:3000'))
    expect(servers(open(letsIn))).toEqual(servers(needed))
  })

  test('only Misskey connects out of the cluster, and to no private address except those of the values; sidecars reach the API server', async () => {
    const objects = await render(values, options)
    const from = (end: End) => ({
      internet: reaches(objects, end, { ip: '203.0.113.7' }, 443),
      nas: reaches(objects, end, { ip: '192.168.1.5' }, 2049),
      metadata: reaches(objects, end, { ip: '169.254.169.254' }, 80),
      otherPod: reaches(objects, end, { ip: '10.42.1.1', namespace: 'other', labels: {} }, 443),
    })
    const nothing = { internet: false, nas: false, metadata: false, otherPod: false }
    for (const [name, end] of ends(objects, options)) {
      if (name === 'bluecore-secrets') continue
      const server = ['dbserver', 'redis', 'elsearch'].includes(name)
      // What is at the API server's ports within its ranges cannot be told from it.
      const otherPod = server && !values.networkPolicy
      expect(from(end), name).toEqual({ ...nothing, internet: name === 'misskey', otherPod })
      expect(reaches(objects, end, { ip: '10.43.0.1' }, 6443), name).toBe(server)
    }
  })

  test('other pods of the cluster reach no server; Prometheus reaches the sidecars if the PodMonitor is enabled', async () => {
    const objects = await render(values, options)
    const monitoring = values.monitoring as { namespace?: string; podMonitor?: unknown } | undefined
    const otherPod: End = { ip: '10.43.9.9', namespace: 'other', labels: { app: 'x' } }
    const prometheus: End = { ...otherPod, namespace: monitoring?.namespace ?? 'monitoring' }
    for (const [name, end] of ends(objects, options)) {
      const from = (source: End) => ports.filter(port => reaches(objects, source, end, port))
      const server = ['dbserver', 'redis', 'elsearch'].includes(name)
      const front = name === 'misskey' && !values.networkPolicy ? [3000] : []
      expect(from(otherPod), name).toEqual(front)
      expect(from(prometheus), name).toEqual(server && monitoring?.podMonitor ? [9808] : front)
    }
  })
})

test('address ranges of the values: in to Misskey, in to the servers, out from Misskey, each separately', async () => {
  const objects = await render(valuesOf['policies with address ranges'])
  const { dbserver, misskey } = Object.fromEntries(ends(objects)) as Record<string, End>
  const host = (ip: string): End => ({ ip })
  const opens = (from: End | undefined, to: End | undefined, port: number) =>
    reaches(objects, from as End, to as End, port)
  expect(opens(host('192.168.1.77'), misskey, 3000)).toBe(true)
  expect(opens(host('192.168.2.77'), misskey, 3000)).toBe(false)
  expect(opens(host('192.168.1.10'), dbserver, 5432)).toBe(true)
  expect(opens(host('192.168.1.10'), dbserver, 9808)).toBe(false)
  expect(opens(host('192.168.1.11'), dbserver, 5432)).toBe(false)
  expect(opens(misskey, host('192.168.1.25'), 25)).toBe(true)
  expect(opens(misskey, host('192.168.1.26'), 25)).toBe(false)
  expect(opens(dbserver, host('192.168.1.25'), 25)).toBe(false)
})

test('networkPolicy.enabled=false renders no policy', async () => {
  const objects = await render({ networkPolicy: { enabled: false } })
  expect(objects.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([])
})
