import type { V1Pod } from '@kubernetes/client-node'
import { kube } from './kube.js'
import { LabError } from './lab-error.js'
import { nas, registryPort } from './layout.js'
import { kubeconfigPath } from './node-files.js'
import { readyNodes } from './nodes.js'

export interface Status {
  nodes: { name: string; ready: boolean }[]
  pods: { namespace: string; name: string; node: string; phase: string; ready: boolean; restarts: number }[]
  services: { namespace: string; name: string; clusterIP: string; ports: number[] }[]
  /** Path of the administrator's kubeconfig. */
  kubeconfig: string
  urls: Record<string, string>
}

/** Whether a pod is Ready. */
export const podReady = (pod: V1Pod): boolean =>
  pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false

const restarts = (pod: V1Pod): number =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  )

/**
 * What runs in the lab.
 * @throws LabError when there is no lab, or its API server does not answer
 */
export async function status(): Promise<Status> {
  const { core } = kube()
  try {
    const ready = await readyNodes(core)
    const [nodes, pods, services] = await Promise.all([
      core.listNode(),
      core.listPodForAllNamespaces(),
      core.listServiceForAllNamespaces(),
    ])
    const found: Status = {
      nodes: nodes.items
        .map(node => node.metadata?.name ?? '')
        .map(name => ({ name, ready: ready.includes(name) })),
      pods: pods.items.map(pod => ({
        namespace: pod.metadata?.namespace ?? '',
        name: pod.metadata?.name ?? '',
        node: pod.spec?.nodeName ?? '',
        phase: pod.metadata?.deletionTimestamp ? 'Terminating' : (pod.status?.phase ?? 'Unknown'),
        ready: podReady(pod),
        restarts: restarts(pod),
      })),
      services: services.items.map(({ metadata, spec }) => ({
        namespace: metadata?.namespace ?? '',
        name: metadata?.name ?? '',
        clusterIP: spec?.clusterIP ?? '',
        ports: (spec?.ports ?? []).map(({ port }) => port),
      })),
      kubeconfig: kubeconfigPath(),
      urls: { registry: `http://127.0.0.1:${registryPort()}`, nas: `nfs://${nas.host}/bluecore (${nas.ip})` },
    }
    const misskey = found.services.find(({ name }) => name === 'misskey-sv')
    if (misskey) found.urls.misskey = `http://${misskey.clusterIP}:${misskey.ports[0]}`
    return found
  } catch (error) {
    throw new LabError(
      `the API server of the lab does not answer: ${(error as Error).message}`,
      [],
      'npm start repairs the lab',
    )
  }
}
