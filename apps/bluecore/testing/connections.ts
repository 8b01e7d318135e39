// Who reaches whom: connections are tried from within the network of a pod.
import { onNode } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'

/** How a connection attempt ended: a port without a listener refuses it, a policy drops it silently. */
export type Outcome = 'open' | 'refused' | 'silent'

/** Enters the network namespace of the pod to which the container with the ID $1 belongs, and runs the other arguments there. */
const inNetworkOf = `pid=$(ctr --namespace k8s.io tasks ls | awk -v id="$1" '$1 == id { print $2 }')
shift
nsenter --target "$pid" --net "$@" || true # curl's exit code is that of its last connection`

/** curl's exit code for "could not connect"; a timeout has another. */
const refused = '7'

/**
 * Tries TCP connections from a pod, all at once. Nothing is sent on them: in FTP the server speaks first.
 * @param targets such as 10.42.1.2:5432
 * @param timeoutMs how long a connection may take to be established; one that takes longer counts as silent
 * @returns one outcome for each target
 */
export async function reach(
  pod: V1Pod,
  targets: readonly string[],
  timeoutMs = 3_000,
): Promise<Record<string, Outcome>> {
  const container = pod.status?.containerStatuses?.find(({ state }) => state?.running)?.containerID
  if (!container) throw new Error(`${pod.metadata?.name} has no running container`)
  const curl = ['curl', '--silent', '--parallel', '--parallel-immediate', '--parallel-max', '300']
  const limit = ['--max-time', String(timeoutMs / 1_000)]
  const report = ['--write-out', '%{url} %{exitcode} %{time_connect}\n']
  const command = [...curl, ...limit, ...report, ...targets.map(target => `ftp://${target}/`)]
  const bash = ['bash', '-c', inNetworkOf, 'bash', container.replace('containerd://', '')]
  const output = await onNode(pod.spec?.nodeName ?? '', [...bash, ...command])
  const outcomes: Record<string, Outcome> = {}
  for (const [, target = '', code, time] of output.matchAll(/^ftp:\/\/(.+)\/ (\d+) ([\d.]+)$/gm))
    outcomes[target] = Number(time) > 0 ? 'open' : code === refused ? 'refused' : 'silent'
  const missing = targets.filter(target => !(target in outcomes))
  if (missing.length > 0) throw new Error(`curl reports nothing for ${missing.join(', ')}: ${output}`)
  return outcomes
}
