import { isNfs, type Mount } from './mountinfo.js'

/** A volume as the chart describes it, and who will use it. */
export interface Volume {
  /** Where it is mounted. */
  readonly path: string
  /** For messages: "PostgreSQL". */
  readonly usedBy: string
  /** Whom the server runs as; this process is started as the same. */
  readonly uid: number
  readonly gid: number
  /** "nfs.bluecore.internal:/bluecore/dbserver"; absent where a StorageClass or a claim decides. */
  readonly source?: string
  /** "hard,nfsvers=3,proto=tcp", as in mountOptions of the PersistentVolume. */
  readonly options?: string
}

/** How to name the folder that is mounted, and what a person types where it lies. */
export interface Place {
  readonly name: string
  /** @param commands with FOLDER for the folder: "chown 999:999 FOLDER" */
  advice(commands: string): string
}

/** @param mount the one that holds the volume's path */
export function placeOf({ path }: Volume, mount: Mount | undefined): Place {
  const name = mount && isNfs(mount) ? mount.source : path
  const [, folder] = /:(\/.*)$/.exec(name) ?? []
  const [where, it] = folder ? ['On the NAS', folder] : ["In the volume's folder, as root", '.']
  return { name, advice: commands => `${where}: ${commands.replaceAll('FOLDER', it)}` }
}
