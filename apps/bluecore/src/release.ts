import { join } from 'node:path'
import {
  digestOf,
  kube,
  LabError,
  namespace,
  nodes,
  onNode,
  type Progress,
  podReady,
  readNote,
  waitFor,
  workspaceRoot,
  writeNote,
} from '@bluecore/lab'
import type { V1Deployment } from '@kubernetes/client-node'
import { helm, kubectl } from './commands.js'
import { productImages } from './product.js'

const chart = 'charts/umbrella'

/** State of the release as helm knows it; undefined when there is none. */
async function releaseState(): Promise<string | undefined> {
  try {
    const text = await helm(['status', 'bluecore', '--output', 'json'])
    return (JSON.parse(text) as { info: { status: string } }).info.status
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

/** Nodes keep an image by its tag: those whose contents changed under the same tag are dropped, so that they are pulled again. */
async function dropChanged(images: readonly { tags: readonly string[] }[]): Promise<void> {
  const names = images.flatMap(({ tags }) => tags)
  for (const node of nodes) {
    const there = (
      await onNode(node.name, ['ctr', '--namespace', 'k8s.io', 'images', 'ls', '--quiet'])
    ).split('\n')
    const old = there.filter(reference => names.some(name => reference.endsWith(`/${name}`)))
    if (old.length > 0) await onNode(node.name, ['ctr', '--namespace', 'k8s.io', 'images', 'rm', ...old])
  }
}

/** Installs the chart, or upgrades the release when chart or images changed since, and then restarts what runs the old images. */
export async function ensureRelease({ done }: Progress): Promise<void> {
  const images = await productImages()
  const want = {
    chart: digestOf(
      [
        'Chart.yaml',
        'values.yaml',
        'values.schema.json',
        'templates',
        'charts',
        'files',
        'alerts',
        'dashboards',
      ].map(name => join(workspaceRoot(), chart, name)),
    ),
    ...Object.fromEntries(images.map(({ name, id }) => [name, id])),
  }
  const had = readNote('installed')
  let state = await releaseState()
  if (state !== undefined && state !== 'deployed') {
    await helm(['uninstall', 'bluecore', '--wait']) // a first install that was interrupted: nothing to keep but volumes and Secrets, which stay
    state = undefined
  }
  const changed = images.filter(({ name, id }) => had[name] !== undefined && had[name] !== id)
  if (changed.length > 0) await dropChanged(changed)
  if (state === undefined) {
    await helm(['install', 'bluecore', chart])
    done('installed')
  } else if (had.chart !== want.chart || changed.length > 0) {
    await helm(['upgrade', 'bluecore', chart])
    if (changed.length > 0) await restartAll()
    done('upgraded')
  } else done('kept')
  writeNote('installed', want)
}

/** Rolls every Deployment, as `kubectl rollout restart` does. */
async function restartAll(): Promise<void> {
  await kubectl(['rollout', 'restart', 'deployment'])
}

/**
 * Whether a Deployment is as it was last told to be, as `kubectl rollout status` knows it. In a rolling update there are
 * moments in which all pods are Ready, old ones among them.
 */
export function isRolledOut({ metadata, spec, status }: V1Deployment): boolean {
  const counts = [status?.updatedReplicas, status?.readyReplicas, status?.replicas]
  return (
    status?.observedGeneration === metadata?.generation && counts.every(count => count === spec?.replicas)
  )
}

/** Waits until every Deployment of the release has all its pods Ready. */
export async function waitForPods({ line, done }: Progress): Promise<void> {
  const { apps } = kube()
  let missing: string[] = []
  await waitFor(
    async () => {
      const { items } = await apps.listNamespacedDeployment({ namespace })
      const late = items.filter(deployment => !isRolledOut(deployment))
      missing = late.map(({ metadata }) => metadata?.name ?? '')
      if (missing.length > 0) line(`not Ready yet: ${missing.join(', ')}`)
      else done(`${items.length} Deployments`)
      return items.length > 0 && missing.length === 0
    },
    {
      what: 'every pod is Ready',
      timeoutMs: 420_000,
      intervalMs: 1_000,
      log: () => podProblems(namespace),
      todo: 'run `npm start` again; `npm run status` shows the pods',
    },
  )
}

/** For each pod that is not Ready: the last events and the last lines of the containers that wait or failed. */
export async function podProblems(namespace: string): Promise<string[]> {
  const { core } = kube()
  const pods = (await core.listNamespacedPod({ namespace })).items.filter(
    pod => !podReady(pod) && pod.status?.phase !== 'Succeeded',
  )
  const events = (await core.listNamespacedEvent({ namespace })).items
  const lines: string[] = []
  for (const pod of pods) {
    const name = pod.metadata?.name ?? ''
    const own = events.filter(event => event.involvedObject.name === name).slice(-3)
    lines.push(`${name}: ${pod.status?.phase}`, ...own.map(event => `  ${event.reason}: ${event.message}`))
    const containers = [
      ...(pod.status?.initContainerStatuses ?? []),
      ...(pod.status?.containerStatuses ?? []),
    ]
    for (const container of containers.filter(({ ready, state }) => !ready && !state?.terminated)) {
      const log = await core
        .readNamespacedPodLog({ namespace, name, container: container.name, tailLines: 5 })
        .catch(() => '')
      lines.push(
        ...String(log)
          .split('\n')
          .filter(Boolean)
          .map(text => `  ${container.name}: ${text}`),
      )
    }
  }
  return lines
}
