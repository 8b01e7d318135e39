import type { Mount as Known } from '@bluecore/sidecar/mounts'

export { mountOf } from '@bluecore/sidecar/mounts'

/** What is judged of a mount. */
export type Mount = Pick<Known, 'point' | 'type' | 'source' | 'options'>

/** The kernel's NFS, or a client in user space, whose options are FUSE's. */
export function isNfs({ type }: Mount): boolean {
  return ['nfs', 'nfs4', 'fuse.nfs'].includes(type)
}
