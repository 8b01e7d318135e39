// Where a server runs, before something happens to its node.
import { kube, namespace } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { kubectl } from '../src/commands.js'
import { containerStatuses, podOf, waitForDeployments } from './pods.js'

const { core } = kube()

/** The API server's machine, which the faults of nodes leave alone: without it, nothing is replaced. Clients run there. */
export const safe = 'server'

/** Makes sure that a server of the lab's release does not run on a node: its pod is moved to another one if it does. */
export async function keepOff(node: string, deployment: string): Promise<void> {
  const pod = await podOf(namespace, deployment)
  if (pod.spec?.nodeName === node) await replace(pod, node, deployment)
}

/**
 * As `keepOff`, and replaces a pod of which a container was restarted: kubelet waits longer before each further restart in the same
 * pod, up to 5 min.
 */
export async function unusedOff(node: string, deployment: string): Promise<void> {
  const pod = await podOf(namespace, deployment)
  const restarted = containerStatuses(pod).some(({ restartCount }) => restartCount > 0)
  if (restarted || pod.spec?.nodeName === node) await replace(pod, node, deployment)
}

async function replace(pod: V1Pod, node: string, deployment: string): Promise<void> {
  await whileCordoned([node], async () => {
    await core.deleteNamespacedPod({ namespace, name: pod.metadata?.name ?? '' })
    await waitForDeployments(namespace, [deployment])
  })
}

/** Does something while no new pod may run on these nodes. */
export async function whileCordoned<T>(names: readonly string[], act: () => Promise<T>): Promise<T> {
  await kubectl(['cordon', ...names])
  try {
    return await act()
  } finally {
    await kubectl(['uncordon', ...names])
  }
}
