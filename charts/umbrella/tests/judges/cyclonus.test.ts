import { toolPath } from '@bluecore/kube-tools'
import { beforeAll, expect, test } from 'vitest'
import type { KubeObject } from '../objects.js'
import { reaches } from '../reach.js'
import { houses, installations, pods, render } from '../render.js'
import { allowed, type Connection, type End } from './cyclonus.js'
import { firstBuildMs } from './judges.js'

beforeAll(async () => {
  await toolPath('cyclonus')
}, firstBuildMs)

/** The release's own pods by the name in their labels, then whoever else there may be. */
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
    'Misskey of another house': { ip: '10.42.1.3', namespace: 'other', labels: misskey },
    monitoring: { ip: '10.42.1.4', namespace: 'monitoring', labels: { app: 'prometheus' } },
    observability: { ip: '10.42.1.5', namespace: 'observability', labels: { app: 'prometheus' } },
    proxy: { ip: '192.168.1.10' },
    internet: { ip: '198.51.100.7' },
  }
}

/** Ports of the release that may be tried. */
const ports: Record<string, number[]> = {
  misskey: [3000, 9229],
  dbserver: [5432, 9808],
  redis: [6379, 9808],
  elsearch: [9200, 9300, 9808],
}

/** What lies outside of the release, for its own pods. */
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
  'house by IPv6:80': { to: { ip: 'fd00::1' }, port: 80 },
  'link by IPv6:80': { to: { ip: 'fe80::1' }, port: 80 },
}

interface Try extends Connection {
  source: string
  target: string
}

/** Every connection that can be tried. */
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

/** Whatever each source may open. */
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
const asItComes = {
  misskey: ['dbserver:5432', 'redis:6379', 'elsearch:9200', ...dns, ...world],
  'misskey-migrations': ['dbserver:5432', 'redis:6379', ...dns],
  dbserver: [],
  redis: [],
  elsearch: [],
  // Where the API server is differs from house to house, so only its ports are known.
  'bluecore-secrets': ['a fediverse server:443', 'API server:443', 'API server:6443'],
  'bluecore-test': [...front, ...dns],
  neighbour: front,
  'another release': front,
  'Misskey of another house': front,
  monitoring: front,
  observability: front,
  proxy: front,
  internet: front,
}

test('as it comes: these connections and no others', async () => {
  expect(await open(await render())).toEqual(asItComes)
})

test('watched: one namespace reaches the sidecars', async () => {
  const metrics = ['dbserver:9808', 'redis:9808', 'elsearch:9808']
  expect(await open(await render(installations['watched: all of the monitoring']))).toEqual({
    ...asItComes,
    observability: [...front, ...metrics],
  })
})

test('the house is let in, and the ways out are as the values say', async () => {
  const networkPolicy = {
    misskey: { from: ['192.168.1.0/24', '10.42.1.1/32'], to: ['192.168.1.25/32'] },
    servers: { from: ['192.168.1.10/32'] },
    apiServer: { cidrs: ['192.168.1.2/32'], ports: [6443] },
  }
  expect(await open(await render({ networkPolicy }))).toEqual({
    ...asItComes,
    misskey: [...asItComes.misskey, 'mail server:25'],
    'bluecore-secrets': ['API server:6443'],
    'another release': [],
    'Misskey of another house': [],
    monitoring: [],
    observability: [],
    proxy: [...front, 'dbserver:5432', 'redis:6379', 'elsearch:9200'],
    internet: [],
  })
})

test('it is the policies that refuse: without them all is open', async () => {
  const all = await open(await render({ networkPolicy: { enabled: false } }))
  const everything = Object.entries(ports).flatMap(([name, numbers]) =>
    numbers.map(port => `${name}:${port}`),
  )
  expect(all.neighbour).toEqual(everything)
  expect(all['bluecore-secrets']).toEqual([...everything, ...Object.keys(outside)])
})

test('a policy that is wrong in one number is found', async () => {
  const objects: KubeObject[] = JSON.parse(
    JSON.stringify(await render()).replaceAll('"port":5432}', '"port":5433}'),
  )
  expect((await open(objects)).misskey).toEqual(
    asItComes.misskey.filter(target => target !== 'dbserver:5432'),
  )
})

test.each(houses)('%s: the other tests read the policies as cyclonus does', async (_, values, options) => {
  const objects = await render(values, options)
  const tried = tries(objects, options?.namespace).filter(({ protocol }) => protocol !== 'UDP')
  const ours = tried.map(({ from, to, port }) => reaches(objects, from, to, port))
  expect(tried.length).toBeGreaterThan(150)
  expect(ours).toEqual(await allowed(objects, tried))
})
