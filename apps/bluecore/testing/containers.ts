// What the tests do to single containers, from the node on which they run.
import { onNode } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { containerStatus } from './pods.js'

/** Ends a container's process 1 with SIGKILL; inside the container, the kernel would protect it. */
export async function killContainer(pod: V1Pod, container: string): Promise<void> {
  await onNode(pod.spec?.nodeName ?? '', [...signal, '--signal', 'SIGKILL', containerId(pod, container)])
}

/** Stops all processes of a container: they exist, and do nothing. */
export async function freezeContainer(pod: V1Pod, container: string): Promise<void> {
  const options = ['--all', '--signal', 'SIGSTOP', containerId(pod, container)]
  await onNode(pod.spec?.nodeName ?? '', [...signal, ...options])
}

/** Ends `freezeContainer`. */
export async function thawContainer(pod: V1Pod, container: string): Promise<void> {
  const options = ['--all', '--signal', 'SIGCONT', containerId(pod, container)]
  await onNode(pod.spec?.nodeName ?? '', [...signal, ...options])
}

const signal = ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill']

function containerId(pod: V1Pod, container: string): string {
  const id = containerStatus(pod, container)?.containerID?.replace('containerd://', '')
  if (!id) throw new Error(`${pod.metadata?.name} has no running container ${container}`)
  return id
}

/** Where a pod's health sidecar answers. */
const urlOf = ({ status }: V1Pod, path: '/readyz' | '/livez') => `http://${status?.podIP}:9808${path}`

/** Kills the container $1 and asks $2 until the answer is 503, for 10 s at most. Prints how many ms that took. */
const killAndAsk = `begun=$(date +%s%N)
${signal.join(' ')} --signal SIGKILL "$1"
until [ "$(curl --silent --max-time 1 --output /dev/null --write-out '%{http_code}' "$2")" = 503 ]; do
  [ $((($(date +%s%N) - begun) / 1000000)) -lt 10000 ] || { echo "no 503 from $2 within 10 s" >&2; exit 1; }
done
echo $((($(date +%s%N) - begun) / 1000000))`

/**
 * Kills a container as `killContainer` does, and waits until the pod's sidecar says on /readyz that its server is not
 * ready. The time is taken on the node: a command that is sent there takes longer than the sidecar.
 * @returns in ms
 */
export async function killUntilNotReady(pod: V1Pod, container: string): Promise<number> {
  const bash = ['bash', '-c', killAndAsk, 'bash', containerId(pod, container), urlOf(pod, '/readyz')]
  return Number(await onNode(pod.spec?.nodeName ?? '', bash))
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
  const output = ['--silent', '--show-error', '--write-out', '\n%{http_code}']
  const curl = ['curl', ...output, '--max-time', '1', urlOf(pod, path)]
  const answer = await onNode(from, curl)
  const end = answer.lastIndexOf('\n')
  return { status: Number(answer.slice(end + 1)), body: answer.slice(0, end) }
}

/** Asks a sidecar's /livez again and again, from its pod's node. @returns the slowest answer, in ms */
export async function slowestAnswer(pod: V1Pod, seconds: number): Promise<number> {
  const ask = `until [ $SECONDS -ge ${seconds} ]; do
    curl --fail --silent --show-error --max-time 10 --output /dev/null --write-out '%{time_total}\n' ${urlOf(pod, '/livez')} || exit
    sleep 0.2
  done`
  const answers = await onNode(pod.spec?.nodeName ?? '', ['bash', '-c', ask])
  return Math.round(Math.max(...answers.split('\n').filter(Boolean).map(Number)) * 1_000)
}
