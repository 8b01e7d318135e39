// Small pods from which connections are tried, and to which.
import { kube, podReady, waitFor } from '@bluecore/lab'
import type { V1Pod, V1PodDNSConfig } from '@kubernetes/client-node'

const { core } = kube()

export interface ProbePod {
  namespace: string
  name: string
  labels?: Record<string, string>
  node?: string
  dnsConfig?: V1PodDNSConfig | undefined
  /** What it runs, for `node -e`; by default a server on port 8080. */
  script?: string
  /** Never: the node must have the image. */
  pull?: 'Never'
}

/** Accepts connections on port 8080 and closes them without a word. */
const server = `process.on('SIGTERM', () => process.exit())
require('net').createServer(socket => socket.end()).listen(8080)`

/** Makes a pod from which connections can be tried, of an image that the lab's registry has. */
export async function makePod({
  namespace,
  name,
  labels = {},
  node,
  dnsConfig,
  script = server,
  pull,
}: ProbePod): Promise<void> {
  const body: V1Pod = {
    metadata: { name, labels: { probe: name, ...labels } },
    spec: {
      ...(node ? { nodeName: node } : {}),
      ...(dnsConfig ? { dnsConfig } : {}),
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

/** Removes a pod and waits until it is gone. One that does not exist is no error. */
export async function removePod(namespace: string, name: string): Promise<void> {
  const gone = async () => {
    const { items } = await core.listNamespacedPod({ namespace, fieldSelector: `metadata.name=${name}` })
    if (items[0] && !items[0].metadata?.deletionTimestamp) await core.deleteNamespacedPod({ namespace, name })
    return items.length === 0
  }
  await waitFor(gone, { what: `the pod ${name} is gone`, timeoutMs: 60_000, intervalMs: 200 })
}
