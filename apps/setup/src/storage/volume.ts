import type { Owner } from '@bluecore/lease'
import { isNfs, type Mount } from '@bluecore/volume'

/** A volume as the chart describes it, and the server that will use it. */
export interface Volume {
  /** Where it is mounted. */
  readonly path: string
  /** For messages: "PostgreSQL". */
  readonly usedBy: string
  /** The user that the server runs as, and this process too. */
  readonly uid: number
  readonly gid: number
  /** "nfs.bluecore.internal:/bluecore/dbserver"; absent when a StorageClass or an existing claim decides. */
  readonly source?: string
  /** The release that wants it, and the other one whose volume it may take; absent without a lease. */
  readonly owner?: Owner
  readonly takeOverFrom?: string
  /** "hard,nfsvers=3,proto=tcp", as in mountOptions of the PersistentVolume. */
  readonly options?: string
}

/** What is judged of a mount. */
export type JudgedMount = Pick<Mount, 'point' | 'type' | 'source' | 'options'>

/** The folder that is mounted: its name in messages, and where to run commands on it. */
export interface Place {
  readonly name: string
  /** @param commands with FOLDER for the folder: "chown 999:999 FOLDER" */
  advice(commands: string): string
}

/** @param mount the one that holds the volume's path */
export function placeOf({ path }: Volume, mount: JudgedMount | undefined): Place {
  const name = mount && isNfs(mount) ? mount.source : path
  const [, folder] = /:(\/.*)$/.exec(name) ?? []
  const [where, it] = folder ? ['On the NAS', folder] : ["In the volume's folder, as root", '.']
  return { name, advice: commands => `${where}: ${commands.replaceAll('FOLDER', it)}` }
}
