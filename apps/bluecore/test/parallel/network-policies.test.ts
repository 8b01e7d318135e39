// The lab enforces NetworkPolicies, as k3s does; without that, tests of the chart's own policies would prove nothing.
import { kube, onNode, waitFor } from '@bluecore/lab'
import type { V1NetworkPolicySpec, V1Pod } from '@kubernetes/client-node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Outcome, reach } from '../../testing/connections.js'
import { freshNamespace, removeNamespace } from '../../testing/namespaces.js'
import { makePod, readyPod, removePod } from '../../testing/probe-pod.js'

const { core, objects } = kube()
const namespace = 'policy-test'
const second = 1_000

/** Limit for a connection that is tried again and again: short, but longer than an answer takes. */
const connectLimit = 0.25 * second

let target: V1Pod
let near: V1Pod
let far: V1Pod

beforeAll(async () => {
  await freshNamespace(namespace)
  await makePod({ namespace, name: 'target', node: 'worker1' })
  await makePod({ namespace, name: 'near', node: 'worker1' })
  await makePod({ namespace, name: 'far', node: 'worker2' })
  ;[target, near, far] = (await Promise.all(['target', 'near', 'far'].map(ready))) as [V1Pod, V1Pod, V1Pod]
})

afterAll(() => removeNamespace(namespace))

afterEach(async () => {
  for (const name of policies) await removePolicy(name)
  await becomes(near, 'open')
  await becomes(far, 'open')
})

const ready = (name: string) => readyPod(namespace, name)
const policies = new Set<string>()
const policy = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { namespace, name },
})

async function makePolicy(name: string, spec: V1NetworkPolicySpec): Promise<void> {
  await objects.create({ ...policy(name), spec })
  policies.add(name)
}

async function removePolicy(name: string): Promise<void> {
  await objects.delete(policy(name))
  policies.delete(name)
}

/**
 * Waits until connections from a pod to the target's port 8080 end in this way.
 * @returns by `performance.now()`: when the first such connection was open, or when it was begun at the latest
 */
function becomes(from: V1Pod, outcome: Outcome): Promise<number> {
  const address = `${target.status?.podIP}:8080`
  const check = async () => {
    const found = (await reach(from, [address], connectLimit))[address]
    return found === outcome && performance.now() - (found === 'silent' ? connectLimit : 0)
  }
  const what = `a connection from ${from.metadata?.name} to the target is ${outcome}`
  return waitFor(check, { what, timeoutMs: 15 * second, intervalMs: 0 })
}

/**
 * Makes or removes a policy, and expects its effect on connections from these pods: Kubernetes promises no time, and it
 * takes less than half a second on an idle machine, most of it for trying the connection.
 */
async function takesEffect(
  what: string,
  change: () => Promise<void>,
  effects: [V1Pod, Outcome][],
): Promise<void> {
  const asked = performance.now()
  await change()
  const times = await Promise.all(effects.map(async effect => Math.round((await becomes(...effect)) - asked)))
  const seen = effects.map(
    ([pod, outcome], index) => `${pod.metadata?.name} ${outcome} after ${times[index]} ms`,
  )
  console.log(`${what}: ${seen.join(', ')}`)
}

const everyone = {}
const labelled = (probe: string) => ({ podSelector: { matchLabels: { probe } } })

test('without a policy every pod can be reached', async () => {
  await becomes(near, 'open')
  await becomes(far, 'open')
})

test('a policy isolates a pod from pods on its own node and on others, a second policy lets one in, and without both every pod can be reached', async () => {
  await takesEffect(
    'closed',
    () => makePolicy('closed', { podSelector: everyone, policyTypes: ['Ingress'] }),
    [
      [near, 'silent'],
      [far, 'silent'],
    ],
  )
  const open: V1NetworkPolicySpec = {
    podSelector: labelled('target').podSelector,
    ingress: [{ _from: [labelled('far')], ports: [{ port: 8080 }] }],
  }
  await takesEffect('open to one', () => makePolicy('open', open), [
    [near, 'silent'],
    [far, 'open'],
  ])
  await takesEffect('closed again', () => removePolicy('open'), [[far, 'silent']])
  await takesEffect('without a policy', () => removePolicy('closed'), [
    [near, 'open'],
    [far, 'open'],
  ])
})

test("kubelet's connections, from the pod's own node, are always let through", async () => {
  await makePolicy('closed', { podSelector: everyone, policyTypes: ['Ingress', 'Egress'] })
  await becomes(near, 'silent')
  const connect = ['bash', '-c', `: < /dev/tcp/${target.status?.podIP}/8080`]
  await onNode('worker1', ['timeout', '3', ...connect])
  await expect(onNode('worker2', ['timeout', '3', ...connect])).rejects.toThrow('exit code 124')
})

test('a policy without egress rules isolates a pod from everything, its own node too', async () => {
  const targets = ['172.31.40.11:10250', '172.31.40.10:6443', '10.43.0.1:443', '10.43.0.10:53']
  const all = (outcome: Outcome) => Object.fromEntries(targets.map(name => [name, outcome]))
  expect(await reach(near, targets)).toEqual(all('open'))
  const shut: V1NetworkPolicySpec = { podSelector: labelled('near').podSelector, policyTypes: ['Egress'] }
  await takesEffect('closed for egress', () => makePolicy('shut', shut), [[near, 'silent']])
  expect(await reach(near, targets)).toEqual(all('silent'))
  await becomes(far, 'open')
})

test('a recreated pod, with another address, is let through as before', async () => {
  const open = { podSelector: labelled('target').podSelector, ingress: [{ _from: [labelled('far')] }] }
  await makePolicy('open', open)
  await becomes(near, 'silent')
  const before = far.status?.podIP
  await removePod(namespace, 'far')
  await makePod({ namespace, name: 'far', node: 'worker2' })
  far = await ready('far')
  expect(far.status?.podIP).not.toBe(before)
  await becomes(far, 'open')
})

/** Tries to connect from the start of its process, and prints how often that succeeded. */
const eager = (address: string) => `
const [host, port] = '${address}'.split(':'), ends = Date.now() + 4000, seen = { open: 0, tried: 0 }
const attempt = () => {
  if (Date.now() > ends) return console.log(JSON.stringify(seen)), process.exit()
  seen.tried++
  const socket = require('net').connect({ host, port, timeout: 3000 }, () => { seen.open++; socket.destroy() })
  socket.on('error', () => {})
  setTimeout(attempt, 20)
}
attempt()`

test('a policy holds from the start of a pod', async () => {
  const shut: V1NetworkPolicySpec = { podSelector: labelled('eager').podSelector, policyTypes: ['Egress'] }
  const seen = async () => {
    await removePod(namespace, 'eager')
    await makePod({
      namespace,
      name: 'eager',
      node: 'worker2',
      script: eager(`${target.status?.podIP}:8080`),
    })
    const log = async () => (await core.readNamespacedPodLog({ namespace, name: 'eager' })) || undefined
    const text = await waitFor(log, { what: 'the eager pod prints its result', timeoutMs: 60 * second })
    return JSON.parse(text) as { open: number; tried: number }
  }
  const free = await seen()
  expect(free.open).toBeGreaterThan(20)
  await makePolicy('shut', shut)
  const closed = await seen()
  console.log('an eager pod without a policy:', free, 'with one:', closed)
  expect(closed.tried).toBeGreaterThan(20)
  expect(closed.open).toBe(0)
  await removePod(namespace, 'eager')
})
