import { join } from 'node:path'
import { digestOf } from '@bluecore/cache'
import {
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
import { type Revision, releaseAction } from './release-action.js'

const chart = 'charts/umbrella'

/** Revisions of the release, oldest first; empty when there is none. */
async function releaseHistory(): Promise<Revision[]> {
  try {
    return JSON.parse(await helm(['history', 'bluecore', '--output', 'json'])) as Revision[]
  } catch (error) {
    if (error instanceof LabError && error.seen.some(line => line.includes('release: not found'))) return []
    throw error
  }
}

/** Removes images from the nodes. A node keeps what it pulled under a tag; without this it would not pull the new one. */
async function dropChanged(images: readonly { tags: readonly string[] }[]): Promise<void> {
  const names = images.flatMap(({ tags }) => tags)
  await Promise.all(
    nodes.map(async node => {
      const list = await onNode(node.name, ['ctr', '--namespace', 'k8s.io', 'images', 'ls', '--quiet'])
      const old = list.split('\n').filter(reference => names.some(name => reference.endsWith(`/${name}`)))
      if (old.length > 0) await onNode(node.name, ['ctr', '--namespace', 'k8s.io', 'images', 'rm', ...old])
    }),
  )
}

/**
 * Installs the chart, or upgrades the release if chart or images changed or the last operation did not succeed. Pods
 * that run images which changed under their tag are restarted.
 */
export async function ensureRelease({ done }: Progress): Promise<void> {
  const images = await productImages()
  const wanted = {
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
  const installed = readNote('installed')
  const changed = images.filter(({ name, id }) => installed[name] !== undefined && installed[name] !== id)
  if (changed.length > 0) await dropChanged(changed)
  const action = releaseAction(await releaseHistory(), installed.chart !== wanted.chart || changed.length > 0)
  if (action.do === 'uninstall, then install') await helm(['uninstall', 'bluecore', '--wait'])
  if (action.do === 'forget, then upgrade') await forgetRevision(action.revision)
  switch (action.do) {
    case 'nothing':
      done('kept')
      break
    case 'install':
    case 'uninstall, then install':
      await helm(['install', 'bluecore', chart])
      done(action.do === 'install' ? 'installed' : 'installed again: the first install did not finish')
      break
    default:
      await helm(['upgrade', 'bluecore', chart])
      if (changed.length > 0) await restartAll()
      done('upgraded')
  }
  writeNote('installed', wanted)
}

/** Deletes helm's record of a revision. @see https://helm.sh/docs/topics/advanced/#storage-backends */
async function forgetRevision(revision: number): Promise<void> {
  await kube().core.deleteNamespacedSecret({ name: `sh.helm.release.v1.bluecore.v${revision}`, namespace })
}

/** Restarts every Deployment's pods, as `kubectl rollout restart` does. */
async function restartAll(): Promise<void> {
  await kubectl(['rollout', 'restart', 'deployment'])
}

/**
 * Whether a Deployment's last rollout is complete, by the rule of `kubectl rollout status`. That all pods are Ready is
 * not enough: during a rolling update some of them may be old ones.
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

/** For each pod that is not Ready: its last events, and the last log lines of its containers that are not ready. */
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
