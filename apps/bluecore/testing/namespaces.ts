import { kube, waitFor } from '@bluecore/lab'

const { core } = kube()

/** Makes an empty namespace; one of this name is removed first. */
export async function freshNamespace(name: string): Promise<void> {
  await removeNamespace(name)
  await core.createNamespace({ body: { metadata: { name } } })
}

/**
 * Removes a namespace and everything in it, and waits until it is gone. One that does not exist is no error. Its pods
 * get a second to shut down: nobody needs their data any more.
 */
export async function removeNamespace(name: string): Promise<void> {
  const find = async () => (await core.listNamespace({ fieldSelector: `metadata.name=${name}` })).items[0]
  const there = await find()
  if (!there) return
  if (!there.metadata?.deletionTimestamp) await core.deleteNamespace({ name })
  await core.deleteCollectionNamespacedPod({ namespace: name, gracePeriodSeconds: 1 })
  await waitFor(async () => !(await find()), {
    what: `the namespace ${name} is gone`,
    timeoutMs: 120_000,
    log: async () =>
      (await find())?.status?.conditions?.map(({ type, message }) => `${type}: ${message}`) ?? [],
  })
}
