import { type Finding, type HealthClass, HealthError } from '../check.js'

/** What each error of a volume means, and what to do. */
const meanings: Readonly<Record<string, readonly [HealthClass, string]>> = {
  ENOSPC: ['persistence', 'no room is left on the volume: make room, or enlarge it'],
  EDQUOT: ['persistence', 'the quota is used up: make room, or raise it'],
  EIO: ['persistence', 'the disk fails, or the way to it: look at the NAS'],
  ESTALE: [
    'persistence',
    'the NAS has another file system there now: delete the pod, so that it is mounted anew',
  ],
  ENOTCONN: ['persistence', 'the mount has lost its server: delete the pod, so that it is mounted anew'],
  ENOENT: ['persistence', 'the folder above it is missing: is the volume mounted there?'],
  ENOTDIR: ['persistence', 'a file is where a folder should be: move it away'],
  EROFS: ['readonly', 'the file system is read-only: look for errors of its disk'],
  EACCES: ['readonly', 'we may not write there: let this process run as the owner of the folder'],
  EPERM: ['readonly', 'we may not write there: let this process run as the owner of the folder'],
  ETIMEDOUT: ['storage-hung', 'the NAS does not answer'],
}

/**
 * @param failed the system call, and its error as in errno.h
 * @param finding what was seen all the same
 * @returns a HealthError, or for an error that says nothing of the volume a plain one
 */
export function storageError(
  folder: string,
  { call, code }: { call: string; code: string },
  finding: Finding = {},
): Error {
  const [healthClass, meaning] = meanings[code] ?? []
  const message = `${call} in ${folder} failed with ${code}`
  return healthClass ? new HealthError(healthClass, `${message}: ${meaning}`, finding) : new Error(message)
}
