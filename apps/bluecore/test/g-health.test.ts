// What the sidecars' verdicts make kubelet do: a restart where it helps, and none where it does not.
import { setTimeout as sleep } from 'node:timers/promises'
import { onNode, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { beforeAll, expect, test } from 'vitest'
import {
  askSidecar,
  core,
  freezeContainer,
  killContainer,
  noteToFind,
  podOf,
  podsOf,
  restartsOf,
  servers,
  waitForAll,
} from './cluster.js'

const seconds = 1_000
const minutes = 60 * seconds

beforeAll(waitForAll)

/** How often each container of Bluecore has been started again, by pod and container. */
async function restartCounts(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of [...servers.map(server => server.name), 'misskey']) {
    for (const pod of await podsOf(name)) {
      const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
      for (const container of [...containerStatuses, ...initContainerStatuses])
        counts[`${pod.metadata?.name}/${container.name}`] = container.restartCount
    }
  }
  return counts
}

const singlePods = () => Promise.all(servers.map(({ name }) => podOf(name)))

/** Sets what the mounts of the pods' nodes do to whoever uses them. */
async function onVolumes(pods: readonly V1Pod[], verb: 'cut' | 'heal') {
  const names = new Set(pods.map(pod => pod.spec?.nodeName ?? ''))
  await Promise.all([...names].map(name => onNode(name, ['simnfs', 'ctl', 'all', verb])))
}

test('a killed sidecar is started again, and nothing else is', async () => {
  const stillFound = await noteToFind()
  const pods = await singlePods()
  const before = await restartCounts()
  for (const pod of pods) await killContainer(pod, 'health')
  const restarted = async () => {
    const after = await singlePods()
    return after.every((pod, index) => restartsOf(pod, 'health') > restartsOf(pods[index] as V1Pod, 'health'))
  }
  await waitFor(restarted, { what: 'kubelet restarts the sidecars', timeoutMs: 1 * minutes })
  await waitForAll()
  await sleep(10 * seconds) // a probe that failed meanwhile would have had its consequences
  const others = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).filter(([name]) => !name.endsWith('/health')))
  expect(others(await restartCounts())).toEqual(others(before))
  await stillFound()
})

test('a NAS that hangs for 60 s is told within 10 s, and restarts nothing', async () => {
  const stillFound = await noteToFind()
  const pods = await singlePods()
  const before = await restartCounts()
  const cut = performance.now()
  await onVolumes(pods, 'cut')
  try {
    await Promise.all(
      pods.map(async pod => {
        const told = async () => {
          const { status, body } = await askSidecar(pod, '/readyz')
          return status === 503 && body.includes('storage is storage-hung')
        }
        const name = pod.metadata?.name ?? ''
        await waitFor(told, { what: `${name} says storage-hung`, timeoutMs: 30 * seconds, intervalMs: 50 })
        const ms = Math.round(performance.now() - cut)
        console.log(`${name}: /readyz says storage-hung after ${ms} ms`)
        expect(ms).toBeLessThan(10 * seconds)
      }),
    )
    while (performance.now() - cut < 60 * seconds) {
      for (const pod of pods) expect(await askSidecar(pod, '/livez')).toMatchObject({ status: 200 })
      await sleep(1 * seconds)
    }
  } finally {
    await onVolumes(pods, 'heal')
  }
  const healed = performance.now()
  await waitForAll()
  console.log(`all Ready again ${Math.round(performance.now() - healed)} ms after the NAS`)
  await sleep(10 * seconds)
  expect(await restartCounts()).toEqual(before)
  await stillFound()
})

test('a frozen server is started again by kubelet', { timeout: 15 * minutes }, async () => {
  const stillFound = await noteToFind()
  const pods = await singlePods()
  const frozen = performance.now()
  await Promise.all(pods.map((pod, index) => freezeContainer(pod, servers[index]?.container ?? '')))
  await Promise.all(
    servers.map(async ({ name, container }, index) => {
      const before = pods[index] as V1Pod
      const restarted = async () => restartsOf(await podOf(name), container) > restartsOf(before, container)
      await waitFor(restarted, { what: `kubelet restarts ${container}`, timeoutMs: 10 * minutes })
      console.log(
        `${name}: started again ${Math.round((performance.now() - frozen) / 1000)} s after it froze`,
      )
    }),
  )
  await waitForAll()
  for (const [index, pod] of (await singlePods()).entries())
    expect(pod.metadata?.uid).toBe(pods[index]?.metadata?.uid)
  const { items } = await core.listNamespacedEvent({ namespace: pods[0]?.metadata?.namespace ?? '' })
  for (const { container } of servers) {
    const reason = expect.stringMatching(`^Container ${container} failed liveness probe`)
    expect(items.map(({ message }) => message)).toContainEqual(reason)
  }
  await stillFound()
})
