// Who reaches whom with the chart's NetworkPolicies: every port of every pod is tried, from every kind of pod.
import { toolPath } from '@bluecore/kube-tools'
import { namespace, nodes, onNode, status } from '@bluecore/lab'
import type { V1Pod, V1PodSpec } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askSidecar, inLab, podOf, podsOf, servers, waitForAll } from './cluster.js'
import {
  freshNamespace,
  makePod,
  type Outcome,
  reach,
  readyPod,
  removeNamespace,
  removePod,
} from './reach.js'

const elsewhere = 'reach-test'
const ports = [3000, 5432, 6379, 9200, 9300, 9808]

/** An address of the world (of a range for documentation), which the lab's server answers to during this test. */
const world = '203.0.113.7'
const server = nodes[0]?.ip ?? ''

/** What is not of the release: a target for each name. */
const others = {
  dns: ['10.43.0.10:53'],
  api: ['10.43.0.1:443', `${server}:6443`],
  house: ['172.31.40.5:5000', '172.31.40.6:2049'],
  world: [`${world}:6443`],
}

/** What each kind of pod reaches: ports of the release's pods, and of others. Everything else must be silent. */
const expected: Record<string, Record<string, number[]>> = {
  misskey: { dbserver: [5432], redis: [6379], elsearch: [9200], dns: [53], world: [6443] },
  dbserver: {},
  redis: {},
  elsearch: {},
  'misskey-migrations': { dbserver: [5432], redis: [6379], dns: [53] },
  'bluecore-test': { misskey: [3000], dns: [53] },
  'a stranger of the namespace': {
    misskey: [3000],
    dns: [53],
    api: [443, 6443],
    house: [5000, 2049],
    world: [6443],
  },
  'a stranger of another namespace': {
    misskey: [3000],
    dns: [53],
    api: [443, 6443],
    house: [5000, 2049],
    world: [6443],
  },
}

/**
 * Pods of the release that are there only for a while: policies know them by their labels alone. The Job that makes the
 * Secrets has a policy only while it runs; that it reaches the API server is proved by every install.
 */
const passing = ['misskey-migrations', 'bluecore-test']
const stranger = 'probe-stranger'
const labels = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'bluecore',
})

const release = new Map<string, V1Pod[]>()
const sources = new Map<string, V1Pod>()
const workers = nodes.filter(({ role }) => role === 'agent').map(({ name }) => name)
const probes = [...passing.map(name => `probe-${name}`), stranger]

beforeAll(async () => {
  await waitForAll()
  await freshNamespace(elsewhere)
  for (const name of probes) await removePod(namespace, name)
  for (const name of passing)
    await makePod({ namespace, name: `probe-${name}`, labels: labels(name), node: 'worker1' })
  await makePod({ namespace, name: stranger, node: 'worker2' })
  await makePod({ namespace: elsewhere, name: stranger, node: 'worker3' })
  for (const name of [...servers.map(({ name }) => name), 'misskey']) release.set(name, await podsOf(name))
  // One that is not on the API server's own node: there the world's address would be the node's own.
  const misskey = release.get('misskey')?.find(({ spec }) => workers.includes(spec?.nodeName ?? ''))
  sources.set('misskey', misskey as V1Pod)
  for (const { name } of servers) sources.set(name, await podOf(name))
  for (const name of passing) sources.set(name, await readyPod(namespace, `probe-${name}`))
  sources.set('a stranger of the namespace', await readyPod(namespace, stranger))
  sources.set('a stranger of another namespace', await readyPod(elsewhere, stranger))
  await onNode('server', ['ip', 'address', 'replace', `${world}/32`, 'dev', 'lo'])
  for (const name of workers) await onNode(name, ['ip', 'route', 'replace', `${world}/32`, 'via', server])
})

afterAll(async () => {
  await onNode('server', ['ip', 'address', 'delete', `${world}/32`, 'dev', 'lo'])
  for (const name of workers) await onNode(name, ['ip', 'route', 'delete', `${world}/32`])
  for (const name of probes) await removePod(namespace, name)
  await removeNamespace(elsewhere)
})

/** All targets by the name of what they belong to, but for the pod's own: itself it always reaches. */
function targetsOf(source: V1Pod): [string, string[]][] {
  const ofRelease = [...release].map(([name, pods]): [string, string[]] => {
    const ips = pods.map(pod => pod.status?.podIP ?? '').filter(ip => ip !== source.status?.podIP)
    return [name, ips.flatMap(ip => ports.map(port => `${ip}:${port}`))]
  })
  return [...ofRelease, ...Object.entries(others)]
}

/** One cell of the table: the ports that are open, and whatever is neither open nor silent. */
function cell(targets: readonly string[], outcomes: Record<string, Outcome>): string[] {
  const portOf = (target: string) => target.slice(target.indexOf(':') + 1)
  const found = targets.flatMap(target => {
    const outcome = outcomes[target]
    if (outcome === 'silent') return []
    return outcome === 'open' ? portOf(target) : `${portOf(target)} ${outcome}`
  })
  return [...new Set(found)]
}

test.each(Object.keys(expected))('%s reaches what it needs, and nothing else', async name => {
  const source = sources.get(name) as V1Pod
  const all = targetsOf(source)
  const outcomes = await reach(
    source,
    all.flatMap(([, targets]) => targets),
  )
  const row = all.map(([what, targets]) => [what, cell(targets, outcomes)] as const)
  console.log(
    `${name.padEnd(32)}${row.map(([what, seen]) => `${what}: ${seen.join(' ') || '-'}`.padEnd(17)).join('')}`,
  )
  const want = all.map(([what]) => [what, (expected[name]?.[what] ?? []).map(String)] as const)
  expect(Object.fromEntries(row)).toEqual(Object.fromEntries(want))
})

test('Misskey reaches its servers by the names of their Services, and resolves names by UDP', async () => {
  const script = `
const names = ['dbserver-sv:5432', 'redis-sv:6379', 'elsearch-sv:9200']
Promise.all(names.map(name => new Promise((resolve, reject) => {
  const [host, port] = name.split(':')
  const socket = require('net').connect({ host, port, timeout: 1000 }, () => { socket.destroy(); resolve(name) })
  socket.on('timeout', () => reject(name + ' is silent')).on('error', reject)
}))).then(all => console.log(all.join(' ')))`
  const pod = sources.get('misskey')?.metadata?.name ?? ''
  const exec = ['exec', pod, '-c', 'misskey', '--', 'node', '-e', script]
  expect(await inLab(await toolPath('kubectl'), exec)).toBe('dbserver-sv:5432 redis-sv:6379 elsearch-sv:9200')
})

test('everybody reaches Misskey through its Service, from machines outside the cluster too', async () => {
  const url = (await status()).urls.misskey ?? ''
  const address = url.replace('http://', '')
  for (const name of ['a stranger of the namespace', 'a stranger of another namespace'])
    expect(await reach(sources.get(name) as V1Pod, [address])).toEqual({ [address]: 'open' })
  expect((await fetch(`${url}/robots.txt`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200)
})

test("a pod's own node asks its sidecar, another node does not", async () => {
  for (const { name } of servers) {
    const pod = sources.get(name) as V1Pod
    expect(await askSidecar(pod, '/readyz')).toMatchObject({ status: 200 })
    const other = nodes.find(node => node.name !== pod.spec?.nodeName)?.name ?? ''
    const asked = askSidecar({ ...pod, spec: { ...pod.spec, nodeName: other } as V1PodSpec }, '/readyz')
    await expect(asked).rejects.toThrow('exit code 28')
  }
})
