// Who reaches whom: connections are tried from within the network of a pod, and pods are made to try them from.
import { kube, onNode, podReady, waitFor } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'

const { core } = kube()

/** What became of a connection: a port that nobody listens at refuses, a policy says nothing. */
export type Outcome = 'open' | 'refused' | 'silent'

/** Enters the network of the pod that the container of id $1 belongs to, and runs the other arguments there. */
const inNetworkOf = `pid=$(ctr --namespace k8s.io tasks ls | awk -v id="$1" '$1 == id { print $2 }')
shift
nsenter --target "$pid" --net "$@" || true # curl's exit code is that of its last connection`

/** curl's "could not connect"; the time being up is another. */
const refused = '7'

/**
 * Tries TCP connections from a pod, all at once. Nothing is sent on them: FTP lets the server speak first.
 * @param targets such as 10.42.1.2:5432
 * @param timeoutMs how long a connection may take to come about
 * @returns one outcome for each target
 */
export async function reach(
  pod: V1Pod,
  targets: readonly string[],
  timeoutMs = 1_000,
): Promise<Record<string, Outcome>> {
  const container = pod.status?.containerStatuses?.find(({ state }) => state?.running)?.containerID
  if (!container) throw new Error(`${pod.metadata?.name} has no running container`)
  const curl = ['curl', '--silent', '--parallel', '--parallel-immediate', '--parallel-max', '300']
  const limit = ['--max-time', String(timeoutMs / 1_000)]
  const say = ['--write-out', '%{url} %{exitcode} %{time_connect}\n']
  const command = [...curl, ...limit, ...say, ...targets.map(target => `ftp://${target}/`)]
  const bash = ['bash', '-c', inNetworkOf, 'bash', container.replace('containerd://', '')]
  const output = await onNode(pod.spec?.nodeName ?? '', [...bash, ...command])
  const outcomes: Record<string, Outcome> = {}
  for (const [, target = '', code, time] of output.matchAll(/^ftp:\/\/(.+)\/ (\d+) ([\d.]+)$/gm))
    outcomes[target] = Number(time) > 0 ? 'open' : code === refused ? 'refused' : 'silent'
  const untold = targets.filter(target => !(target in outcomes))
  if (untold.length > 0) throw new Error(`curl says nothing of ${untold.join(', ')}: ${output}`)
  return outcomes
}

export interface ProbePod {
  namespace: string
  name: string
  labels?: Record<string, string>
  node?: string
  /** What it runs, for `node -e`. */
  script?: string
  /** Never: the node must have the image. */
  pull?: 'Never'
}

/** Says nothing and ends what comes, at port 8080. */
const server = `process.on('SIGTERM', () => process.exit())
require('net').createServer(socket => socket.end()).listen(8080)`

/** Makes a pod that may try connections, of an image that the lab's registry has. */
export async function makePod({
  namespace,
  name,
  labels = {},
  node,
  script = server,
  pull,
}: ProbePod): Promise<void> {
  const body: V1Pod = {
    metadata: { name, labels: { probe: name, ...labels } },
    spec: {
      ...(node ? { nodeName: node } : {}),
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'probe',
          image: 'registry.bluecore.internal/bluecore/setup:0.1.0',
          ...(pull ? { imagePullPolicy: pull } : {}),
          command: ['node', '-e', script],
          resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  }
  await core.createNamespacedPod({ namespace, body })
}

/** Waits until a pod is Ready. */
export function readyPod(namespace: string, name: string): Promise<V1Pod> {
  const ready = async () => {
    const pod = await core.readNamespacedPod({ namespace, name })
    return podReady(pod) && pod
  }
  return waitFor(ready, { what: `the pod ${name} is Ready`, timeoutMs: 60_000, intervalMs: 100 })
}

/** Removes a pod and waits until it is gone. One that is not there is no error. */
export async function removePod(namespace: string, name: string): Promise<void> {
  const gone = async () => {
    const { items } = await core.listNamespacedPod({ namespace, fieldSelector: `metadata.name=${name}` })
    if (items[0] && !items[0].metadata?.deletionTimestamp) await core.deleteNamespacedPod({ namespace, name })
    return items.length === 0
  }
  await waitFor(gone, { what: `the pod ${name} is gone`, timeoutMs: 60_000, intervalMs: 200 })
}

/** Makes a namespace anew. */
export async function freshNamespace(name: string): Promise<void> {
  await removeNamespace(name)
  await core.createNamespace({ body: { metadata: { name } } })
}

/** Removes a namespace with all that is in it, and waits until it is gone. One that is not there is no error. */
export async function removeNamespace(name: string): Promise<void> {
  const gone = async () => {
    const { items } = await core.listNamespace({ fieldSelector: `metadata.name=${name}` })
    if (items[0] && !items[0].metadata?.deletionTimestamp) await core.deleteNamespace({ name })
    return items.length === 0
  }
  await waitFor(gone, { what: `the namespace ${name} is gone`, timeoutMs: 120_000, intervalMs: 500 })
}
