import { kube, namespace, waitFor } from '@bluecore/lab'
import { helm, kubectl } from '../src/commands.js'
import { chart } from './own-release.js'
import { podOf, servers } from './pods.js'

const { core, coordination } = kube()

/** The Deployments of the standbys. */
export const standbys: readonly string[] = servers.map(({ name }) => `${name}-2`)

/** Gives each server of the lab's release a standby, or takes them away. */
export async function setReplicas(count: 1 | 2, more: readonly string[] = []): Promise<void> {
  // The selector of a Service is the sidecars' while there is a standby.
  const force = count === 1 ? ['--force-conflicts'] : []
  const each = ['postgresql', 'redis', 'elasticsearch'].flatMap(name => [
    '--set',
    `${name}.replicas=${count}`,
  ])
  await helm(['upgrade', 'bluecore', chart, '--reuse-values', ...force, ...each, ...more])
}

/** The Deployment that the Service of a server leads to. */
async function served(name: string): Promise<string | undefined> {
  const { spec } = await core.readNamespacedService({ namespace, name: `${name}-sv` })
  return spec?.selector?.['app.kubernetes.io/name']
}

/** Pod and node of the holder, as `kubectl get lease` shows it. */
async function holder(name: string): Promise<string> {
  const { spec } = await coordination.readNamespacedLease({ namespace, name })
  return spec?.holderIdentity ?? ''
}

/** Waits until a Deployment's pod holds the lease of a server, and has its Service. */
export async function waitForHolder(name: string, deployment: string, timeoutMs: number): Promise<void> {
  const { metadata, spec } = await podOf(namespace, deployment)
  const there = async () =>
    (await served(name)) === deployment && (await holder(name)) === `${metadata?.name} on ${spec?.nodeName}`
  await waitFor(there, { what: `${deployment} holds the lease and has the Service`, timeoutMs })
}

/**
 * The holder of a server's lease is stopped in order, and comes back when the other one has taken over. A pod that is only
 * deleted may be replaced before the other one looks, and then its replacement takes over.
 */
export async function handOver(name: string): Promise<void> {
  const from = await served(name)
  const scale = (replicas: number) => kubectl(['scale', `deployment/${from}`, `--replicas=${replicas}`])
  await scale(0)
  await waitForHolder(name, from === name ? `${name}-2` : name, 60_000)
  await scale(1)
}
