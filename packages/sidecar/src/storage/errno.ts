import { errnoMeaning } from '@bluecore/volume'
import { type Finding, type HealthClass, HealthError } from '../check.js'

/** The class of each error that says something about the volume. */
const classes: Readonly<Record<string, HealthClass>> = {
  EACCES: 'readonly',
  EDQUOT: 'persistence',
  EIO: 'persistence',
  ENOENT: 'persistence',
  ENOSPC: 'persistence',
  ENOTCONN: 'persistence',
  ENOTDIR: 'persistence',
  EPERM: 'readonly',
  EROFS: 'readonly',
  ESTALE: 'persistence',
  ETIMEDOUT: 'storage-hung',
}

/**
 * @param failed the system call, and its error as in errno.h
 * @param finding what was observed before the failure
 * @returns a HealthError, or a plain Error for an error that says nothing about the volume
 */
export function storageError(
  folder: string,
  { call, code }: { call: string; code: string },
  finding: Finding = {},
): Error {
  const healthClass = classes[code]
  const message = `${call} in ${folder} failed with ${code}`
  return healthClass
    ? new HealthError(healthClass, `${message}: ${errnoMeaning(code)}`, finding)
    : new Error(message)
}
