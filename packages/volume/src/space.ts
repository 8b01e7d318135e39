import { statfsSync } from 'node:fs'

/** Space of a file system, in bytes and in files. One that does not count its inodes has 0 of 0. */
export interface Space {
  free: number
  size: number
  freeFiles: number
  files: number
}

/**
 * Asks the file system; blocks for as long as it does.
 * @returns what an unprivileged user may use
 */
export function spaceOf(folder: string): Space {
  const { bsize, bavail, blocks, ffree, files } = statfsSync(folder)
  return { free: bavail * bsize, size: blocks * bsize, freeFiles: ffree, files }
}

/**
 * Below this a server's next file may not fit: PostgreSQL needs two WAL segments of 16 MiB, and room to grow.
 */
const lowBytes = 64 * 2 ** 20

/** Below this share of its size a volume needs attention: at 10 % free Elasticsearch relocates its shards. */
const lowShare = 0.1

/** Which of the two resources of a file system are running out. */
export function isLow({ free, size, freeFiles, files }: Space): { bytes: boolean; inodes: boolean } {
  return { bytes: free < lowBytes || free < size * lowShare, inodes: freeFiles < files * lowShare }
}

/** For messages. @returns whole MiB, rounded down */
export function mebibytes(bytes: number): number {
  return Math.floor(bytes / 2 ** 20)
}
