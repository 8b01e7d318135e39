// The servers of the lab's release, as the bench finds them.
import { kube, namespace, podReady } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import type { Ledgered } from '../testing/ledger.js'
import { serverNames } from './judge.js'

const { coordination, core } = kube()

/** Which server a pod belongs to, by the name of its Deployment; undefined for pods of others. */
export function serverOf({ metadata }: V1Pod): Ledgered | undefined {
  if (metadata?.ownerReferences?.[0]?.kind !== 'ReplicaSet') return undefined
  return serverNames.find(name => metadata.name?.startsWith(`${name}-`))
}

/** All pods of the servers, also those that are being deleted. */
export async function allServerPods(): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace })
  return items.filter(pod => serverOf(pod))
}

/** The pod in which a server runs: with a standby, the one that holds the lease. @throws Error when none is Ready */
export async function activePod(server: Ledgered): Promise<V1Pod> {
  const leases = (await coordination.listNamespacedLease({ namespace })).items
  const holder = leases.find(({ metadata }) => metadata?.name === server)?.spec?.holderIdentity
  const ready = (await allServerPods()).filter(
    pod => serverOf(pod) === server && podReady(pod) && !pod.metadata?.deletionTimestamp,
  )
  // Where the lease was turned off, the object still names the last holder.
  const active = ready.find(({ metadata }) => holder?.startsWith(`${metadata?.name} `)) ?? ready[0]
  if (!active) throw new Error(`no pod of ${server} is Ready`)
  return active
}
