// A release of a test's own, beside the lab's: in a namespace of its own, on folders of its own on the NAS.
import { randomUUID } from 'node:crypto'
import { containerName, kube, run } from '@bluecore/lab'
import { kubeTool } from '../src/commands.js'
import { removeNamespace } from './namespaces.js'
import { waitForNoPods } from './pods.js'

const { core } = kube()

/** The folders of a release on the NAS, and the uid that owns each. */
const folders = { dbserver: 999, redis: 999, elsearch: 1000, files: 991 }

/** The chart of this checkout. */
export const chart = 'charts/umbrella'

/** Runs a command on the NAS. */
export const onNas = (...command: string[]): Promise<string> =>
  run('docker', ['exec', containerName('nas'), ...command])

export interface OwnRelease {
  namespace: string
  /** On the NAS. */
  folder: string
  /** `--set` with each value that an install or an upgrade of it needs. */
  values: readonly string[]
  /** Runs helm, or helm 3, in its namespace. */
  helm(args: readonly string[], tool?: 'helm' | 'helm3'): Promise<string>
  /** Runs kubectl in its namespace. */
  kubectl(args: readonly string[]): Promise<string>
  /** Uninstalls the release and waits until its pods are gone. Volumes and Secrets stay. */
  uninstall(tool?: 'helm' | 'helm3'): Promise<void>
  /** Removes the namespace with the release, its volumes and its folders. */
  remove(): Promise<void>
}

/**
 * Makes the namespace and the folders of a release, which is yet to be installed as `bluecore`. What an interrupted run
 * left in the namespace is removed first. The folder on the NAS has a new name each time: an NFS server may still know
 * one that was removed.
 */
export async function ownRelease(namespace: string): Promise<OwnRelease> {
  await removeNamespace(namespace)
  await removeVolumes(namespace)
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
  await core.createNamespace({ body: { metadata: { name: namespace, labels } } })
  const folder = `/bluecore/${namespace}-${randomUUID()}`
  for (const [name, uid] of Object.entries(folders)) {
    const owner = ['-o', String(uid), '-g', String(uid)]
    await onNas('install', '-d', '-m', '0700', ...owner, `${folder}/${name}`)
  }
  const settings = [
    `misskey.url=https://${namespace}.bluecore.internal/`,
    'misskey.replicas=1',
    `misskey.storage.nfs.path=${folder}/files`,
    `postgresql.storage.nfs.path=${folder}/dbserver`,
    `redis.storage.nfs.path=${folder}/redis`,
    `elasticsearch.storage.nfs.path=${folder}/elsearch`,
  ]
  const helm = (args: readonly string[], tool: 'helm' | 'helm3' = 'helm') =>
    kubeTool(tool, ['--namespace', namespace, ...args])
  return {
    namespace,
    folder,
    values: settings.flatMap(setting => ['--set', setting]),
    helm,
    kubectl: args => kubeTool('kubectl', ['--namespace', namespace, ...args]),
    async uninstall(tool) {
      await helm(['uninstall', 'bluecore'], tool)
      await waitForNoPods(namespace)
    },
    async remove() {
      await removeNamespace(namespace)
      await removeVolumes(namespace)
      await onNas('rm', '-rf', folder)
    },
  }
}

/** Removes the volumes whose claims were in a namespace. */
async function removeVolumes(namespace: string): Promise<void> {
  const { items } = await core.listPersistentVolume()
  for (const { metadata, spec } of items)
    if (spec?.claimRef?.namespace === namespace)
      await core.deletePersistentVolume({ name: metadata?.name ?? '' })
}
