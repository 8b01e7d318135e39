import { statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { ImagesError } from './images-error.js'

/** Does a program's output, or an error, report a full disk? */
export function isFull(output: string): boolean {
  return /ENOSPC|EDQUOT|no space left|disk quota exceeded/i.test(output)
}

/** A disk of this machine is full, not one of a registry's. */
export class DiskFullError extends ImagesError {}

/** The disk of TMPDIR is full. */
export function fullTemporary(): DiskFullError {
  return new DiskFullError(
    `the disk of ${tmpdir()} is full: free some, or set TMPDIR to a folder on another one`,
  )
}

/**
 * The message when this process's own writes fail because a disk is full. For programs that it runs, see `isFull`.
 * @param folders that are written to; the message gives the free space of each
 * @returns nothing for any other error
 */
export async function fullDisk(error: unknown, folders: string[]): Promise<ImagesError | undefined> {
  const causes = [error, (error as Error).cause].map(
    cause => (cause as NodeJS.ErrnoException | undefined)?.code,
  )
  if (!causes.some(code => code === 'ENOSPC' || code === 'EDQUOT')) return undefined
  const left = await Promise.all(
    folders.map(async folder => {
      const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: 0, bsize: 0 }))
      return `${Math.floor((bavail * bsize) / 1e6)} MB left at ${folder}`
    }),
  )
  const message = `the disk is full (${left.join(', ')}): free some, or set XDG_CACHE_HOME to a folder on another one`
  return new ImagesError(message, { cause: error })
}
