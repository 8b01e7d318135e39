import { kube } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { freezeContainer } from './containers.js'
import { noteToFind } from './notes.js'
import { serverPods, servers, waitForRelease, waitForRestart } from './pods.js'

const { core } = kube()

/**
 * Freezes the three servers of a release, and expects that kubelet restarts them in their pods because of their liveness
 * probe, and that no note is lost.
 * @param timeoutMs until the restarts
 */
export async function expectRestartOfFrozenServers(namespace: string, timeoutMs: number): Promise<void> {
  const stillFound = await noteToFind(namespace)
  const pods = await serverPods(namespace)
  const frozen = performance.now()
  await Promise.all(servers.map(({ container }, index) => freezeContainer(pods[index] as V1Pod, container)))
  await Promise.all(
    servers.map(async ({ name, container }, index) => {
      await waitForRestart({ namespace, name, container }, pods[index] as V1Pod, timeoutMs)
      console.log(`${name}: restarted ${Math.round((performance.now() - frozen) / 1000)} s after it froze`)
    }),
  )
  await waitForRelease(namespace)
  const uids = (all: V1Pod[]) => all.map(({ metadata }) => metadata?.uid)
  expect(uids(await serverPods(namespace))).toEqual(uids(pods))
  const messages = (await core.listNamespacedEvent({ namespace })).items.map(({ message }) => message)
  for (const { container } of servers) {
    const reason = expect.stringMatching(`^Container ${container} failed liveness probe`)
    expect(messages).toContainEqual(reason)
  }
  await stillFound()
}
