// Where a server runs, before something happens to its node.
import { kube, namespace } from '@bluecore/lab'
import { kubectl } from '../src/commands.js'
import { podOf, waitForDeployments } from './pods.js'

const { core } = kube()

/** The API server's machine, which the faults of nodes leave alone: without it, nothing is replaced. Clients run there. */
export const safe = 'server'

/** Makes sure that a server of the lab's release does not run on a node: its pod is moved to another one if it does. */
export async function keepOff(node: string, deployment: string): Promise<void> {
  const pod = await podOf(namespace, deployment)
  if (pod.spec?.nodeName !== node) return
  await kubectl(['cordon', node])
  try {
    await core.deleteNamespacedPod({ namespace, name: pod.metadata?.name ?? '' })
    await waitForDeployments(namespace, [deployment])
  } finally {
    await kubectl(['uncordon', node])
  }
}
