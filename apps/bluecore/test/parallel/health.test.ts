// What kubelet does after the verdicts of the health sidecars: a restart where it helps, and none where it does not. With
// the chart's defaults a frozen server is restarted after more than six minutes (../long/frozen-server.long.test.ts); here
// the limits are lowered, which makes every wrong verdict have its consequence soon.
import { setTimeout as sleep } from 'node:timers/promises'
import { onNode, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askSidecar, killContainer } from '../../testing/containers.js'
import { expectRestartOfFrozenServers } from '../../testing/frozen-servers.js'
import { noteToFind } from '../../testing/notes.js'
import { chart, type OwnRelease, ownRelease } from '../../testing/own-release.js'
import { restartCounts, restartsOf, serverPods, servers, waitForRelease } from '../../testing/pods.js'

const seconds = 1_000
const namespace = 'health'

/** How long a server may be silent before /livez fails, and how long /livez may fail before kubelet restarts it. */
const limits = { frozenAfterSeconds: 4, livenessProbe: { periodSeconds: 2, failureThreshold: 10 } }
const restartAfterMs =
  (limits.frozenAfterSeconds + limits.livenessProbe.periodSeconds * limits.livenessProbe.failureThreshold) *
  seconds

let release: OwnRelease
let stillFound: () => Promise<void>

/** No node has this label: a pod that asks for it waits until its Deployment is patched, and has started nothing. */
const noNode = ['postgresql', 'redis', 'elasticsearch'].flatMap(subchart => [
  '--set',
  `${subchart}.nodeSelector.patched=not-yet`,
])

/** Lowers the limits of a server's Deployment, and lets its pod be scheduled. */
async function lowerLimits({ name, container }: (typeof servers)[number]): Promise<void> {
  const env = [{ name: 'HEALTH_FROZEN_AFTER_SECONDS', value: String(limits.frozenAfterSeconds) }]
  const pod = {
    nodeSelector: null,
    initContainers: [{ name: 'health', env }],
    containers: [{ name: container, livenessProbe: limits.livenessProbe }],
  }
  const patch = JSON.stringify({ spec: { template: { spec: pod } } })
  await release.kubectl(['patch', 'deployment', name, '--patch', patch])
}

beforeAll(async () => {
  release = await ownRelease(namespace)
  await release.helm(['install', 'bluecore', chart, ...release.values, ...noNode])
  await Promise.all(servers.map(lowerLimits))
  await waitForRelease(namespace)
  stillFound = await noteToFind(namespace)
})

afterAll(() => release.remove())

/** Sets what the NFS client of the pods' nodes does with the volumes of this release. */
async function onVolumes(pods: readonly V1Pod[], verb: 'cut' | 'heal'): Promise<void> {
  const each = `for socket in /run/simnfs/*-${namespace}-*.sock; do simnfs ctl "$socket" ${verb} || exit; done`
  const nodes = new Set(pods.map(({ spec }) => spec?.nodeName ?? ''))
  await Promise.all([...nodes].map(node => onNode(node, ['bash', '-c', each])))
}

test('a killed sidecar is restarted, and nothing else is', async () => {
  const pods = await serverPods(namespace)
  const before = await restartCounts(namespace)
  await Promise.all(pods.map(pod => killContainer(pod, 'health')))
  const restarted = async () => {
    const after = await serverPods(namespace)
    return after.every((pod, index) => restartsOf(pod, 'health') > restartsOf(pods[index] as V1Pod, 'health'))
  }
  await waitFor(restarted, { what: 'kubelet restarts the sidecars', timeoutMs: 60 * seconds })
  await waitForRelease(namespace)
  const others = (counts: Record<string, number>) =>
    Object.fromEntries(Object.entries(counts).filter(([name]) => !name.endsWith('/health')))
  expect(others(await restartCounts(namespace))).toEqual(others(before))
  await stillFound()
})

test('a NAS that hangs is reported within 10 s, and nothing is restarted', async () => {
  const pods = await serverPods(namespace)
  const before = await restartCounts(namespace)
  const cut = performance.now()
  await onVolumes(pods, 'cut')
  try {
    await Promise.all(
      pods.map(async pod => {
        const name = pod.metadata?.name ?? ''
        const reported = async () => {
          const { status, body } = await askSidecar(pod, '/readyz')
          return status === 503 && body.includes('storage is storage-hung')
        }
        const what = `/readyz of ${name} says storage-hung`
        await waitFor(reported, { what, timeoutMs: 30 * seconds, intervalMs: 50 })
        const ms = Math.round(performance.now() - cut)
        console.log(`${name}: /readyz says storage-hung after ${ms} ms`)
        expect(ms).toBeLessThan(10 * seconds)
      }),
    )
    // Long enough for a restart, if /livez failed because of the volume.
    while (performance.now() - cut < restartAfterMs + 10 * seconds) {
      for (const pod of pods) {
        // As kubelet does: a probe without an answer in time is repeated, one that fails counts.
        const what = `/livez of ${pod.metadata?.name} answers`
        const answer = await waitFor(() => askSidecar(pod, '/livez'), { what, timeoutMs: 10 * seconds })
        expect(answer).toMatchObject({ status: 200 })
      }
      await sleep(1 * seconds)
    }
  } finally {
    await onVolumes(pods, 'heal')
  }
  const healed = performance.now()
  await waitForRelease(namespace)
  console.log(`all Ready again ${Math.round(performance.now() - healed)} ms after the NAS`)
  expect(await restartCounts(namespace)).toEqual(before)
  await stillFound()
})

test('frozen servers are restarted by kubelet, and every note is found', () =>
  expectRestartOfFrozenServers(namespace, 120 * seconds))
