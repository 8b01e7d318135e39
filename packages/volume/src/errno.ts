/** What each error of a file system call on a volume means, and what to do. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: run this process as the owner of the folder',
  EDQUOT: 'the quota is used up: free some space, or raise the quota',
  EIO: 'I/O error: check the disk, the NAS and the network between them',
  ENOENT: 'the parent folder does not exist: is the volume mounted there?',
  ENOSPC: 'no space left on the volume: free some space, or enlarge it',
  ENOTCONN: 'the mount has lost its server: delete the pod, so that the volume is mounted again',
  ENOTDIR: 'a file is in the place of a folder: move it away',
  EPERM: 'permission denied: run this process as the owner of the folder',
  EROFS:
    'the file system or the NFS export is read-only: check its disk for errors, and export it rw to this node',
  ESTALE:
    'stale file handle, the NAS exports another file system now: delete the pod, so that the volume is mounted again',
  ETIMEDOUT: 'the NAS does not respond: is it up?',
}

/**
 * @param code as in errno.h: `ENOSPC`
 * @returns undefined for an error that says nothing about the volume, such as EMFILE
 */
export function errnoMeaning(code: string): string | undefined {
  return meanings[code]
}
