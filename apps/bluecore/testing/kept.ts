import { kube } from '@bluecore/lab'

const { core } = kube()

/** What must survive the release in a namespace: volumes, claims and Secrets, each with its UID. */
export async function keptObjects(namespace: string): Promise<Record<string, string[]>> {
  const [volumes, claims, secrets] = await Promise.all([
    core.listPersistentVolume(),
    core.listNamespacedPersistentVolumeClaim({ namespace }),
    core.listNamespacedSecret({ namespace, fieldSelector: 'type=Opaque' }),
  ])
  return {
    volumes: volumes.items
      .filter(({ spec }) => spec?.claimRef?.namespace === namespace)
      .map(({ metadata, status }) => `${metadata?.name} ${metadata?.uid} ${status?.phase}`)
      .sort(),
    claims: claims.items
      .map(({ metadata, spec, status }) =>
        [metadata?.name, metadata?.uid, status?.phase, spec?.volumeName].join(' '),
      )
      .sort(),
    secrets: secrets.items
      .map(({ metadata, data }) => `${metadata?.name} ${metadata?.uid} ${Object.keys(data ?? {}).sort()}`)
      .sort(),
  }
}
