import { existsSync, readFileSync } from 'node:fs'
import {
  AppsV1Api,
  BatchV1Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
} from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { LabError } from './lab-error.js'
import { labImage } from './lab-images.js'
import { labSources, namespace, nodes, registry } from './layout.js'
import { kubeconfigPath } from './node-files.js'
import { waitFor } from './wait.js'

/** The cluster's API as its administrator. @throws LabError when there is no lab */
export function kube() {
  if (!existsSync(kubeconfigPath())) throw new LabError('there is no lab on this machine', [], 'npm start')
  const config = new KubeConfig()
  config.loadFromFile(kubeconfigPath())
  return {
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    batch: config.makeApiClient(BatchV1Api),
    coordination: config.makeApiClient(CoordinationV1Api),
    objects: KubernetesObjectApi.makeApiClient(config),
  }
}

export type Kube = ReturnType<typeof kube>

/** Reference of a lab image for the nodes. */
export const inRegistry = (reference: string): string => `${registry.host}/${reference}`

/** Applies manifests/system.yaml with server-side apply. */
export async function applySystem(api: Kube): Promise<void> {
  const values: Record<string, string> = {
    NODE_HOSTS: JSON.stringify(nodes.map(node => `${node.ip} ${node.name}\n`).join('')),
    PAUSE_IMAGE: inRegistry(await labImage('pause')),
    NAMESPACE: namespace,
  }
  const text = readFileSync(labSources('manifests/system.yaml'), 'utf8').replace(
    /\$\{(\w+)\}/g,
    (_, name) => values[name] ?? '',
  )
  for (const document of parseAllDocuments(text)) {
    await api.objects.patch(
      document.toJS() as KubernetesObject,
      undefined,
      undefined,
      'bluecore-lab',
      true,
      PatchStrategy.ServerSideApply,
    )
  }
}

/** Waits until CoreDNS runs twice, on different nodes. */
export async function waitForDns(api: Kube): Promise<void> {
  await waitFor(
    async () => {
      const { items } = await api.core.listNamespacedPod({
        namespace: 'kube-system',
        labelSelector: 'k8s-app=kube-dns',
      })
      const ready = items.filter(pod =>
        pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      )
      return new Set(ready.map(pod => pod.spec?.nodeName)).size >= 2
    },
    {
      what: 'CoreDNS is Ready on two nodes',
      timeoutMs: 120_000,
      log: async () =>
        (await api.core.listNamespacedEvent({ namespace: 'kube-system' })).items
          .slice(-15)
          .map(event => `${event.reason}: ${event.message}`),
    },
  )
}
