// What the tests on the lab share: finding pods, taking things away, waiting for them to come back.

import {
  kube,
  kubeconfigPath,
  namespace,
  onNode,
  podReady,
  run,
  status,
  waitFor,
  workspaceRoot,
} from '@bluecore/lab'
import { postNote, searchNotes } from '@bluecore/misskey-contract'
import type { V1Pod } from '@kubernetes/client-node'
import { labAdministrator } from '../src/note.js'
import { isRolledOut } from '../src/release.js'

const { core, apps } = kube()

export { core }

/** The three servers: Deployment, container, and the program that runs as its process 1. */
export const servers = [
  { name: 'dbserver', container: 'postgresql' },
  { name: 'redis', container: 'redis' },
  { name: 'elsearch', container: 'elasticsearch' },
] as const

/** Pods of a Deployment that are not on their way out. */
export async function podsOf(name: string): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: `app.kubernetes.io/name=${name}`,
  })
  return items.filter(
    pod => !pod.metadata?.deletionTimestamp && pod.metadata?.ownerReferences?.[0]?.kind === 'ReplicaSet',
  )
}

/** The only pod of a single server. */
export async function podOf(name: string): Promise<V1Pod> {
  const [pod, ...more] = await podsOf(name)
  if (!pod || more.length > 0) throw new Error(`${name} has ${pod ? more.length + 1 : 0} pods instead of one`)
  return pod
}

/** Ends a container's process 1 with SIGKILL, from the node: from inside, the kernel spares it. */
export function killContainer(pod: V1Pod, container: string): Promise<void> {
  return signalContainer(pod, container, ['--signal', 'SIGKILL'])
}

/** Stops all processes of a container: they stay, and do nothing. */
export function freezeContainer(pod: V1Pod, container: string): Promise<void> {
  return signalContainer(pod, container, ['--all', '--signal', 'SIGSTOP'])
}

async function signalContainer(pod: V1Pod, container: string, options: readonly string[]): Promise<void> {
  const id = statusOf(pod, container)?.containerID?.replace('containerd://', '')
  if (!id) throw new Error(`${pod.metadata?.name} has no running container ${container}`)
  const kill = ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', ...options, id]
  await onNode(pod.spec?.nodeName ?? '', kill)
}

/** How often kubelet has started a container of the pod again; sidecars count as containers. */
export function restartsOf(pod: V1Pod, container: string): number {
  return statusOf(pod, container)?.restartCount ?? 0
}

function statusOf({ status: pod }: V1Pod, container: string) {
  const all = [...(pod?.containerStatuses ?? []), ...(pod?.initContainerStatuses ?? [])]
  return all.find(({ name }) => name === container)
}

/** The verdict of a sidecar in a pod, asked from the pod's own node like kubelet's probes: to others it is closed. */
export async function askSidecar(pod: V1Pod, path: string): Promise<{ status: number; body: string }> {
  const url = `http://${pod.status?.podIP}:9808${path}`
  const curl = ['curl', '--silent', '--show-error', '--max-time', '1', '--write-out', '\n%{http_code}', url]
  const answer = await onNode(pod.spec?.nodeName ?? '', curl)
  const end = answer.lastIndexOf('\n')
  return { status: Number(answer.slice(end + 1)), body: answer.slice(0, end) }
}

/** Waits until a Deployment is rolled out and has all its pods Ready. @returns how long that took, in ms */
export async function waitForDeployment(name: string, timeoutMs = 240_000): Promise<number> {
  const started = performance.now()
  await waitFor(
    async () => {
      const deployment = await apps.readNamespacedDeployment({ namespace, name })
      const pods = await podsOf(name)
      return isRolledOut(deployment) && pods.length === deployment.spec?.replicas && pods.every(podReady)
    },
    { what: `all pods of ${name} are Ready`, timeoutMs, intervalMs: 250 },
  )
  return performance.now() - started
}

/** Waits until everything is Ready. */
export async function waitForAll(): Promise<void> {
  for (const name of [...servers.map(server => server.name), 'misskey']) await waitForDeployment(name)
}

/** Addresses of the single Misskey pods, not of their Service. */
export async function misskeyUrls(): Promise<string[]> {
  return (await podsOf('misskey')).map(pod => `http://${pod.status?.podIP}:3000`)
}

/** Misskey through its Service, and a token of its administrator. A Service that was made again has another address. */
export async function signedIn(): Promise<{ url: string; token: string }> {
  const url = (await status()).urls.misskey ?? ''
  return { url, token: (await labAdministrator(url)).token }
}

/**
 * Posts a note that only a search for its own word finds. Misskey may still be finding its way back to a server that was
 * taken away before.
 * @returns a function that waits until that search finds it, whatever was taken away meanwhile
 */
export async function noteToFind(): Promise<() => Promise<void>> {
  const word = `memo${Date.now().toString(36)}`
  const post = async () => {
    const { url, token } = await signedIn()
    return (await postNote(url, token, `忘れないで ${word}`)).id
  }
  const id = await waitFor(post, { what: 'a note can be posted', timeoutMs: 60_000 })
  const found = async () => (await searchNotes((await signedIn()).url, word)).some(note => note.id === id)
  return async () => {
    await waitFor(found, { what: `a search for ${word} finds its note`, timeoutMs: 60_000 })
  }
}

/** Runs a command in the top folder with the lab's kubeconfig, as a user would. */
export function inLab(file: string, args: readonly string[], timeoutMs = 600_000): Promise<string> {
  return run(file, args, { cwd: workspaceRoot(), env: { KUBECONFIG: kubeconfigPath() }, timeoutMs })
}
