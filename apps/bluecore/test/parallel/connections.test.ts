// Who reaches whom with the chart's NetworkPolicies: every port of every pod of the lab's release is tried, from every
// kind of pod. The release is used as it is, and nothing is changed in it.
import { namespace, nodes, onNode } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kubectl } from '../../src/commands.js'
import { type Outcome, reach } from '../../testing/connections.js'
import { askSidecar } from '../../testing/containers.js'
import { freshNamespace, removeNamespace } from '../../testing/namespaces.js'
import { misskeyUrl } from '../../testing/notes.js'
import { podOf, podsOf, servers, waitForRelease } from '../../testing/pods.js'
import { makePod, readyPod, removePod } from '../../testing/probe-pod.js'

const elsewhere = 'connections'
const ports = [3000, 5432, 6379, 9200, 9300, 9808]

/** An address of the internet (of a range for documentation), which the lab's server answers for during this test. */
const internet = '203.0.113.7'
const server = nodes[0]?.ip ?? ''

/** Targets outside the release, by name. */
const others = {
  dns: ['10.43.0.10:53'],
  api: ['10.43.0.1:443', `${server}:6443`],
  site: ['172.31.40.5:5000', '172.31.40.6:2049'],
  internet: [`${internet}:6443`],
}

/** What each kind of pod reaches: ports of the release's pods, and of others. Everything else must be silent. */
const expected: Record<string, Record<string, number[]>> = {
  misskey: { dbserver: [5432], redis: [6379], elsearch: [9200], dns: [53], internet: [6443] },
  dbserver: { api: [443, 6443] },
  redis: { api: [443, 6443] },
  elsearch: { api: [443, 6443] },
  'misskey-migrations': { dbserver: [5432], redis: [6379], dns: [53] },
  'bluecore-test': { misskey: [3000], dns: [53] },
  'another pod of the namespace': {
    misskey: [3000],
    dns: [53],
    api: [443, 6443],
    site: [5000, 2049],
    internet: [6443],
  },
  'a pod of another namespace': {
    misskey: [3000],
    dns: [53],
    api: [443, 6443],
    site: [5000, 2049],
    internet: [6443],
  },
}

/**
 * Pods of the release that run only for a short time. Policies select by labels, so a probe with the same labels stands
 * in for each. The Job that makes the Secrets has a policy only while it runs; every install proves that it reaches the
 * API server.
 */
const shortLived = ['misskey-migrations', 'bluecore-test']
const unrelated = 'probe-unrelated'
const labels = (name: string) => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': 'bluecore',
})

const release = new Map<string, V1Pod[]>()
const sources = new Map<string, V1Pod>()
const workers = nodes.filter(({ role }) => role === 'agent').map(({ name }) => name)
const probes = [...shortLived.map(name => `probe-${name}`), unrelated]

beforeAll(async () => {
  await waitForRelease(namespace)
  await freshNamespace(elsewhere)
  for (const name of probes) await removePod(namespace, name)
  for (const name of shortLived)
    await makePod({ namespace, name: `probe-${name}`, labels: labels(name), node: 'worker1' })
  await makePod({ namespace, name: unrelated, node: 'worker2' })
  await makePod({ namespace: elsewhere, name: unrelated, node: 'worker3' })
  for (const name of [...servers.map(({ name }) => name), 'misskey'])
    release.set(name, await podsOf(namespace, name))
  // Not one on the server's node, which has the internet's address itself.
  const misskey = release.get('misskey')?.find(({ spec }) => workers.includes(spec?.nodeName ?? ''))
  sources.set('misskey', misskey as V1Pod)
  for (const { name } of servers) sources.set(name, await podOf(namespace, name))
  for (const name of shortLived) sources.set(name, await readyPod(namespace, `probe-${name}`))
  sources.set('another pod of the namespace', await readyPod(namespace, unrelated))
  sources.set('a pod of another namespace', await readyPod(elsewhere, unrelated))
  await onNode('server', ['ip', 'address', 'replace', `${internet}/32`, 'dev', 'lo'])
  for (const name of workers) await onNode(name, ['ip', 'route', 'replace', `${internet}/32`, 'via', server])
})

afterAll(async () => {
  await onNode('server', ['ip', 'address', 'delete', `${internet}/32`, 'dev', 'lo'])
  for (const name of workers) await onNode(name, ['ip', 'route', 'delete', `${internet}/32`])
  for (const name of probes) await removePod(namespace, name)
  await removeNamespace(elsewhere)
})

/** All targets by the name of what they belong to, without the pod itself, which it always reaches. */
function targetsOf(source: V1Pod): [string, string[]][] {
  const ofRelease = [...release].map(([name, pods]): [string, string[]] => {
    const ips = pods.map(pod => pod.status?.podIP ?? '').filter(ip => ip !== source.status?.podIP)
    return [name, ips.flatMap(ip => ports.map(port => `${ip}:${port}`))]
  })
  return [...ofRelease, ...Object.entries(others)]
}

/** One cell of the table: the ports that are open, and those that are neither open nor silent. */
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
  expect(await kubectl(exec)).toBe('dbserver-sv:5432 redis-sv:6379 elsearch-sv:9200')
})

test('Misskey is reached through its Service from every namespace, and from machines outside the cluster', async () => {
  const url = await misskeyUrl(namespace)
  const address = url.replace('http://', '')
  for (const name of ['another pod of the namespace', 'a pod of another namespace'])
    expect(await reach(sources.get(name) as V1Pod, [address])).toEqual({ [address]: 'open' })
  expect((await fetch(`${url}/robots.txt`, { signal: AbortSignal.timeout(5_000) })).status).toBe(200)
})

test('a sidecar is reached from the node of its pod, and from no other node', async () => {
  for (const { name } of servers) {
    const pod = sources.get(name) as V1Pod
    expect(await askSidecar(pod, '/readyz')).toMatchObject({ status: 200 })
    const other = nodes.find(node => node.name !== pod.spec?.nodeName)?.name ?? ''
    await expect(askSidecar(pod, '/readyz', other)).rejects.toThrow('exit code 28')
  }
})
