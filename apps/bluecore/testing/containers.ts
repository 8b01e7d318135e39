// What the tests do to single containers, from the node on which they run.
import { onNode } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { containerStatus } from './pods.js'

/** Ends a container's process 1 with SIGKILL; inside the container, the kernel would protect it. */
export const killContainer = (pod: V1Pod, container: string): Promise<void> =>
  signalContainer(pod, container, ['--signal', 'SIGKILL'])

/** Stops all processes of a container: they exist, and do nothing. */
export const freezeContainer = (pod: V1Pod, container: string): Promise<void> =>
  signalContainer(pod, container, ['--all', '--signal', 'SIGSTOP'])

async function signalContainer(pod: V1Pod, container: string, options: readonly string[]): Promise<void> {
  const id = containerStatus(pod, container)?.containerID?.replace('containerd://', '')
  if (!id) throw new Error(`${pod.metadata?.name} has no running container ${container}`)
  await onNode(pod.spec?.nodeName ?? '', ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', ...options, id])
}

/**
 * Asks a pod's health sidecar, as kubelet's probes do.
 * @param from the node to ask from; from nodes other than the pod's own the sidecar cannot be reached
 * @throws LabError with curl's exit code when there is no answer within a second
 */
export async function askSidecar(
  pod: V1Pod,
  path: '/readyz' | '/livez',
  from = pod.spec?.nodeName ?? '',
): Promise<{ status: number; body: string }> {
  const url = `http://${pod.status?.podIP}:9808${path}`
  const curl = ['curl', '--silent', '--show-error', '--max-time', '1', '--write-out', '\n%{http_code}', url]
  const answer = await onNode(from, curl)
  const end = answer.lastIndexOf('\n')
  return { status: Number(answer.slice(end + 1)), body: answer.slice(0, end) }
}
