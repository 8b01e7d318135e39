// Another release on the lab's cluster and NAS, in a namespace of its own.
import { randomUUID } from 'node:crypto'
import { containerName, kube, podReady, run, waitFor } from '@bluecore/lab'

const { core, apps } = kube()

/** Folders of a release on the NAS and who uses them. */
const folders = { dbserver: 999, redis: 999, elsearch: 1000, files: 991 }

/** Runs a command on the NAS. */
export const onNas = (...command: string[]) => run('docker', ['exec', containerName('nas'), ...command])

/** Where a release lives. */
export interface Room {
  namespace: string
  /** On the NAS. */
  folder: string
  /** Its settings, as `--set` takes them. */
  settings: string[]
}

/** A room whose folder is its own for each run: an NFS server may still know one of this name that was removed. */
export function roomFor(namespace: string): Room {
  const folder = `/bluecore/${namespace}-${randomUUID()}`
  const settings = [
    `misskey.url=https://${namespace}.bluecore.internal/`,
    'misskey.replicas=1',
    `misskey.storage.nfs.path=${folder}/files`,
    `postgresql.storage.nfs.path=${folder}/dbserver`,
    `redis.storage.nfs.path=${folder}/redis`,
    `elasticsearch.storage.nfs.path=${folder}/elsearch`,
  ]
  return { namespace, folder, settings }
}

/** Makes its namespace and its folders. */
export async function makeRoom({ namespace, folder }: Room): Promise<void> {
  await core.createNamespace({
    body: { metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  })
  for (const [name, uid] of Object.entries(folders)) {
    const owner = ['-o', String(uid), '-g', String(uid)]
    await onNas('install', '-d', '-m', '0700', ...owner, `${folder}/${name}`)
  }
}

/** Removes the namespace with the release, its volumes and its folders. */
export async function clearRoom({ namespace, folder }: Room): Promise<void> {
  await core.deleteNamespace({ name: namespace })
  const gone = async () =>
    (await core.listNamespace({ fieldSelector: `metadata.name=${namespace}` })).items.length === 0
  await waitFor(gone, { what: `the namespace ${namespace} is gone`, timeoutMs: 180_000 })
  const { items } = await core.listPersistentVolume()
  for (const { metadata, spec } of items)
    if (spec?.claimRef?.namespace === namespace)
      await core.deletePersistentVolume({ name: metadata?.name ?? '' })
  await onNas('rm', '-rf', folder)
}

/** Waits until all its pods are Ready. */
export async function readyBeside(namespace: string): Promise<void> {
  await waitFor(
    async () => {
      const { items } = await apps.listNamespacedDeployment({ namespace })
      const pods = (await core.listNamespacedPod({ namespace })).items.filter(
        ({ metadata }) => metadata?.ownerReferences?.[0]?.kind === 'ReplicaSet',
      )
      return pods.length > 0 && pods.length === items.length && pods.every(podReady)
    },
    { what: `all pods in the namespace ${namespace} are Ready`, timeoutMs: 480_000 },
  )
}
