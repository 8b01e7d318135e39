import { toolPath } from '@bluecore/kube-tools'
import { beforeAll, expect, test } from 'vitest'
import { allowed, type Connection } from '../../testing/cyclonus.js'
import { render } from '../../testing/helm.js'
import { installations, valuesOf } from '../../testing/installations.js'
import { type End, reaches } from '../../testing/network-policies.js'
import { type KubeObject, pods } from '../../testing/objects.js'
import { firstBuildMs } from '../../testing/tool-timeout.js'

beforeAll(async () => {
  await toolPath('cyclonus')
}, firstBuildMs)

/** The pods of the release by name, then other possible sources. */
function sources(objects: KubeObject[], namespace = 'home'): Record<string, End> {
  const own = pods(objects).map(([, { metadata }], index): [string, End] => [
    metadata.labels['app.kubernetes.io/name'] ?? '',
    { ip: `10.42.0.${index + 10}`, namespace, labels: metadata.labels },
  ])
  const misskey = Object.fromEntries(own).misskey?.labels ?? {}
  return {
    ...Object.fromEntries(own),
    neighbour: { ip: '10.42.1.1', namespace, labels: { app: 'x' } },
    'another release': {
      ip: '10.42.1.2',
      namespace,
      labels: { ...misskey, 'app.kubernetes.io/instance': 'y' },
    },
    'Misskey in another namespace': { ip: '10.42.1.3', namespace: 'other', labels: misskey },
    monitoring: { ip: '10.42.1.4', namespace: 'monitoring', labels: { app: 'prometheus' } },
    observability: { ip: '10.42.1.5', namespace: 'observability', labels: { app: 'prometheus' } },
    proxy: { ip: '192.168.1.10' },
    internet: { ip: '198.51.100.7' },
  }
}

/** Ports of the release to try. */
const ports: Record<string, number[]> = {
  misskey: [3000, 9229],
  dbserver: [5432, 9808],
  redis: [6379, 9808],
  elsearch: [9200, 9300, 9808],
}

/** Targets outside the release, for its own pods. */
const outside: Record<string, Omit<Connection, 'from'>> = {
  'DNS:53/UDP': {
    to: { ip: '10.42.2.1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    port: 53,
    protocol: 'UDP',
  },
  'DNS:53': {
    to: { ip: '10.42.2.1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    port: 53,
  },
  'DNS:9153': {
    to: { ip: '10.42.2.1', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    port: 9153,
  },
  'no DNS:53/UDP': {
    to: { ip: '10.42.2.2', namespace: 'kube-system', labels: { app: 'x' } },
    port: 53,
    protocol: 'UDP',
  },
  'a fediverse server:443': { to: { ip: '203.0.113.7' }, port: 443 },
  'a fediverse server:8443': { to: { ip: '203.0.113.7' }, port: 8443 },
  'a fediverse server by IPv6:443': { to: { ip: '2001:db8::7' }, port: 443 },
  'API server:443': { to: { ip: '10.43.0.1' }, port: 443 },
  'API server:6443': { to: { ip: '192.168.1.2' }, port: 6443 },
  'NAS:2049': { to: { ip: '192.168.1.5' }, port: 2049 },
  'mail server:25': { to: { ip: '192.168.1.25' }, port: 25 },
  'router:80': { to: { ip: '172.16.0.1' }, port: 80 },
  'cloud metadata:80': { to: { ip: '169.254.169.254' }, port: 80 },
  'provider:80': { to: { ip: '100.64.0.1' }, port: 80 },
  'private IPv6:80': { to: { ip: 'fd00::1' }, port: 80 },
  'link-local IPv6:80': { to: { ip: 'fe80::1' }, port: 80 },
}

interface Try extends Connection {
  source: string
  target: string
}

/** Every combination of source and target. */
function tries(objects: KubeObject[], namespace?: string): Try[] {
  const all = sources(objects, namespace)
  const own = pods(objects).map(([, { metadata }]) => metadata.labels['app.kubernetes.io/name'] ?? '')
  return Object.entries(all).flatMap(([source, from]) => [
    ...Object.entries(ports).flatMap(([name, numbers]) =>
      numbers
        .filter(() => name !== source)
        .map(port => ({ source, target: `${name}:${port}`, from, to: all[name] as End, port })),
    ),
    ...Object.entries(outside)
      .filter(() => own.includes(source))
      .map(([target, connection]) => ({ source, target, from, ...connection })),
  ])
}

/** The targets that each source may connect to. */
async function open(objects: KubeObject[]): Promise<Record<string, string[]>> {
  const tried = tries(objects)
  const verdicts = await allowed(objects, tried)
  const result: Record<string, string[]> = Object.fromEntries(tried.map(({ source }) => [source, []]))
  for (const [index, { source, target }] of tried.entries()) if (verdicts[index]) result[source]?.push(target)
  return result
}

const dns = ['DNS:53/UDP', 'DNS:53']
const world = ['a fediverse server:443', 'a fediverse server:8443', 'a fediverse server by IPv6:443']
const front = ['misskey:3000']
const api = ['API server:443', 'API server:6443']
const byDefault = {
  misskey: ['dbserver:5432', 'redis:6379', 'elsearch:9200', ...dns, ...world],
  'misskey-migrations': ['dbserver:5432', 'redis:6379', ...dns],
  // The address of the API server differs between clusters, so only its ports are known, and that it is a private one.
  dbserver: api,
  redis: api,
  elsearch: api,
  'bluecore-secrets': api,
  'bluecore-test': [...front, ...dns],
  neighbour: front,
  'another release': front,
  'Misskey in another namespace': front,
  monitoring: front,
  observability: front,
  proxy: front,
  internet: front,
}

test('defaults: these connections and no others', async () => {
  expect(await open(await render())).toEqual(byDefault)
})

test('monitoring: one namespace reaches the sidecars', async () => {
  const metrics = ['dbserver:9808', 'redis:9808', 'elsearch:9808']
  expect(await open(await render(valuesOf['all monitoring']))).toEqual({
    ...byDefault,
    observability: [...front, ...metrics],
  })
})

test('address ranges of the values apply to both directions', async () => {
  const networkPolicy = {
    misskey: { from: ['192.168.1.0/24', '10.42.1.1/32'], to: ['192.168.1.25/32'] },
    servers: { from: ['192.168.1.10/32'] },
    apiServer: { cidrs: ['192.168.1.2/32'], ports: [6443] },
  }
  expect(await open(await render({ networkPolicy }))).toEqual({
    ...byDefault,
    misskey: [...byDefault.misskey, 'mail server:25'],
    dbserver: ['API server:6443'],
    redis: ['API server:6443'],
    elsearch: ['API server:6443'],
    'bluecore-secrets': ['API server:6443'],
    'another release': [],
    'Misskey in another namespace': [],
    monitoring: [],
    observability: [],
    proxy: [...front, 'dbserver:5432', 'redis:6379', 'elsearch:9200'],
    internet: [],
  })
})

test('without the policies every connection is open', async () => {
  const all = await open(await render({ networkPolicy: { enabled: false } }))
  const everything = Object.entries(ports).flatMap(([name, numbers]) =>
    numbers.map(port => `${name}:${port}`),
  )
  expect(all.neighbour).toEqual(everything)
  expect(all['bluecore-secrets']).toEqual([...everything, ...Object.keys(outside)])
})

test('a wrong port in a policy is detected', async () => {
  const objects: KubeObject[] = JSON.parse(
    JSON.stringify(await render()).replaceAll('"port":5432}', '"port":5433}'),
  )
  expect((await open(objects)).misskey).toEqual(
    byDefault.misskey.filter(target => target !== 'dbserver:5432'),
  )
})

test.each(installations)(
  '%s: the evaluation of the other tests agrees with cyclonus',
  async (_, values, options) => {
    const objects = await render(values, options)
    const tried = tries(objects, options?.namespace).filter(({ protocol }) => protocol !== 'UDP')
    const ours = tried.map(({ from, to, port }) => reaches(objects, from, to, port))
    expect(tried.length).toBeGreaterThan(150)
    expect(ours).toEqual(await allowed(objects, tried))
  },
)
