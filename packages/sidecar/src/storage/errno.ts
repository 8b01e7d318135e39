import { errnoMeaning } from '@bluecore/volume'
import { type Finding, type HealthClass, HealthError } from '../check.js'

/** The class of each error that says something about the volume. */
const classes: Readonly<Record<string, HealthClass>> = {
  EDQUOT: 'persistence',
  EIO: 'persistence',
  ENOENT: 'persistence',
  ENOSPC: 'persistence',
  ENOTCONN: 'persistence',
  ENOTDIR: 'persistence',
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
  const message = [`${call} in ${folder} failed with ${code}`, errnoMeaning(code)].filter(Boolean).join(': ')
  return healthClass ? new HealthError(healthClass, message, finding) : new Error(message)
}

/** The folder is another user's. That says nothing about the server, which has its own. */
export function isDenied({ code }: { code: string }): boolean {
  return code === 'EACCES' || code === 'EPERM'
}
