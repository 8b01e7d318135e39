import { statfs } from 'node:fs/promises'
import { ImagesError } from './images-error.js'

/** Does a program, or an error, say that a disk is full? */
export function isFull(words: string): boolean {
  return /ENOSPC|EDQUOT|no space left|disk quota exceeded/i.test(words)
}

/**
 * What it means to the reader when our own writing fails so. Programs that we call write elsewhere: of those, see `isFull`.
 * @param folders where we write; the message tells how much is left at each
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
