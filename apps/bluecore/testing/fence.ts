import { kube, namespace, nas, onNode } from '@bluecore/lab'

const secret = 'fence'

/** Values with which the lab's release asks the fence of the lab's NAS, and those of a release without one. */
export async function fenceValues(): Promise<string[]> {
  const { core } = kube()
  const token = await onNode('nas', ['cat', '/etc/fence-token'])
  await core.deleteNamespacedSecret({ namespace, name: secret }).catch(() => {})
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: secret }, stringData: { token } },
  })
  return fenceAt(`http://${nas.ip}:8044`, secret)
}

export const noFence = fenceAt('', '')

function fenceAt(url: string, existingSecret: string): string[] {
  return ['--set', `global.lease.fence.url=${url},global.lease.fence.existingSecret=${existingSecret}`]
}
