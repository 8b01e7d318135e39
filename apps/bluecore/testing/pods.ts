// The pods of a release: finding them, and waiting until they are as they should be.
import { kube, podReady, waitFor } from '@bluecore/lab'
import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node'
import { isRolledOut, podProblems } from '../src/release.js'

const { core, apps } = kube()

/** The three servers: their Deployments, and the container that runs the server itself. */
export const servers = [
  { name: 'dbserver', container: 'postgresql' },
  { name: 'redis', container: 'redis' },
  { name: 'elsearch', container: 'elasticsearch' },
] as const

/** All Deployments of a release. */
export const deployments: readonly string[] = [...servers.map(({ name }) => name), 'misskey']

/** Pods of a Deployment that are not being deleted. */
export async function podsOf(namespace: string, deployment: string): Promise<V1Pod[]> {
  const labelSelector = `app.kubernetes.io/name=${deployment}`
  const { items } = await core.listNamespacedPod({ namespace, labelSelector })
  return items.filter(
    ({ metadata }) => !metadata?.deletionTimestamp && metadata?.ownerReferences?.[0]?.kind === 'ReplicaSet',
  )
}

/** The only pod of a Deployment. @throws when there are none or several */
export async function podOf(namespace: string, deployment: string): Promise<V1Pod> {
  const [pod, ...more] = await podsOf(namespace, deployment)
  if (!pod || more.length > 0)
    throw new Error(`${namespace}/${deployment} has ${pod ? more.length + 1 : 0} pods instead of one`)
  return pod
}

/** The pods of the three servers, in the order of `servers`. */
export const serverPods = (namespace: string): Promise<V1Pod[]> =>
  Promise.all(servers.map(({ name }) => podOf(namespace, name)))

/** Statuses of a pod's containers, sidecars included: Kubernetes counts those as init containers. */
export const containerStatuses = ({ status }: V1Pod): V1ContainerStatus[] => [
  ...(status?.initContainerStatuses ?? []),
  ...(status?.containerStatuses ?? []),
]

/** Status of a container, which may be a sidecar. */
export const containerStatus = (pod: V1Pod, container: string): V1ContainerStatus | undefined =>
  containerStatuses(pod).find(({ name }) => name === container)

/** How often kubelet has restarted a container of the pod. */
export const restartsOf = (pod: V1Pod, container: string): number =>
  containerStatus(pod, container)?.restartCount ?? 0

/**
 * Waits until kubelet has restarted a container of a Deployment's only pod.
 * @param before the pod as it was
 * @returns the pod
 */
export function waitForRestart(
  { namespace, name, container }: { namespace: string; name: string; container: string },
  before: V1Pod,
  timeoutMs: number,
): Promise<V1Pod> {
  const restarted = async () => {
    const now = await podOf(namespace, name)
    return restartsOf(now, container) > restartsOf(before, container) && now
  }
  return waitFor(restarted, { what: `kubelet restarts ${container}`, timeoutMs })
}

/** The restarts of every container of a release, by `POD-UID/CONTAINER`: another pod has other keys. */
export async function restartCounts(namespace: string): Promise<Record<string, number>> {
  const pods = (await Promise.all(deployments.map(name => podsOf(namespace, name)))).flat()
  return Object.fromEntries(
    pods.flatMap(pod =>
      containerStatuses(pod).map(({ name, restartCount }) => [`${pod.metadata?.uid}/${name}`, restartCount]),
    ),
  )
}

/**
 * Waits until Deployments are rolled out and all their pods are Ready. The status of a Deployment lags behind a pod that
 * has just been deleted, so the pods are looked at as well.
 */
export async function waitForDeployments(
  namespace: string,
  names: readonly string[],
  // kubelet waits up to 5 min before it retries a pod that kept failing.
  timeoutMs = 600_000,
): Promise<void> {
  let late: string[] = []
  const ready = async (name: string) => {
    const deployment = await apps.readNamespacedDeployment({ namespace, name })
    const pods = await podsOf(namespace, name)
    return isRolledOut(deployment) && pods.length === deployment.spec?.replicas && pods.every(podReady)
  }
  const check = async () => {
    const states = await Promise.all(names.map(ready))
    late = names.filter((_, index) => !states[index])
    return late.length === 0
  }
  await waitFor(check, {
    what: `all pods of ${names.join(', ')} in the namespace ${namespace} are Ready`,
    timeoutMs,
    intervalMs: 250,
    log: async () => [`not Ready: ${late.join(', ')}`, ...(await podProblems(namespace))],
  })
}

/** Waits until every Deployment of a release is rolled out and has all its pods Ready. */
export const waitForRelease = (namespace: string): Promise<void> => waitForDeployments(namespace, deployments)

/** Waits until a namespace has no pods but those that have ended, such as the pod of `helm test`. */
export async function waitForNoPods(namespace: string): Promise<void> {
  let left: string[] = []
  const check = async () => {
    const { items } = await core.listNamespacedPod({ namespace })
    left = items.flatMap(({ metadata, status }) =>
      ['Succeeded', 'Failed'].includes(status?.phase ?? '') ? [] : `${metadata?.name}: ${status?.phase}`,
    )
    return left.length === 0
  }
  const what = `the pods in the namespace ${namespace} are gone`
  await waitFor(check, { what, timeoutMs: 180_000, log: async () => left })
}
