// Faults of single mounts: the NFS client of a node injects them. See go/simnfs/README.md.
import { onNode } from './nodes.js'

/** A mount of a node, as its NFS client describes it. */
export interface Mount {
  /** Where kubelet has mounted it; the path contains the UID of the pod. */
  target: string
  socket: string
  cut: boolean
  /** The faults that are set: `error ENOSPC grow`. */
  rules: string[]
  /** How often each operation was asked for, since the mount. */
  seen: Record<string, number>
}

/** The error codes that a mount can be made to answer with. */
export const errnos = ['EACCES', 'EDQUOT', 'EIO', 'ENOSPC', 'EPERM', 'EROFS', 'ESTALE', 'ETIMEDOUT'] as const

/** The mounts of a node that runs. */
export async function mountsOf(node: string): Promise<Mount[]> {
  return JSON.parse(await onNode(node, ['simnfs', 'ctl', 'all', 'status', '--json']))
}

/**
 * Sets a fault on mounts of a node. It ends with the mount; a later one starts without any.
 * @param fault words of `simnfs ctl`: hang, delay MS or error ERRNO, then the operations
 * @param pod UID of a pod, to set it on that one's mounts only
 * @throws LabError if nothing is mounted
 */
export async function onMounts(node: string, fault: readonly string[], pod?: string): Promise<void> {
  if (pod === undefined) {
    await onNode(node, ['simnfs', 'ctl', 'all', ...fault])
    return
  }
  for (const { target, socket } of await mountsOf(node))
    if (target.includes(pod)) await onNode(node, ['simnfs', 'ctl', socket, ...fault])
}
