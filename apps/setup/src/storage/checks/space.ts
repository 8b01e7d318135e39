import { isLow, mebibytes } from '@bluecore/volume'
import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'
import type { Volume } from '../volume.js'

const mebi = 2 ** 20

/** A server with existing data writes little until it serves: a pid file, a log. */
const startBytes = 4 * mebi
const startFiles = 16

/** The first start writes PostgreSQL's initial files (40 MB) and WAL (80 MB and more), or an index; the rest is room to run. */
const firstStartBytes = 512 * mebi

/**
 * Is there enough free space? Fails only when the server could not start: a database on a NAS that is nearly full must
 * still be able to free space.
 */
export function judgeSpace({ usedBy }: Volume, { space, holdsData }: Seen): Finding[] {
  if (!space) return []
  const { free, size, freeFiles, files } = space
  const bytes = `${mebibytes(free)} of ${mebibytes(size)} MiB`
  const inodes = files > 0 ? `${freeFiles} of ${files} inodes` : ''
  const low = isLow(space)
  const found: Finding[] = []
  const add = (level: Finding['level'], text: string) => found.push({ level, check: 'free space', text })

  if (free < startBytes)
    add('FAIL', `${bytes} are free, too little for ${usedBy} to start. Free some space on the NAS`)
  else if (holdsData === false && free < firstStartBytes)
    add(
      'FAIL',
      `${bytes} are free, but the first start of ${usedBy} on an empty volume needs at least ${mebibytes(firstStartBytes)} MiB`,
    )
  else if (low.bytes) add('WARN', `only ${bytes} are free. Free some space on the NAS soon`)
  if (inodes && freeFiles < startFiles)
    add('FAIL', `${inodes} are free, too few for ${usedBy} to start. Remove small files on the NAS`)
  else if (low.inodes) add('WARN', `only ${inodes} are free: there are too many small files on the NAS`)
  if (found.length > 0) return found
  return [{ level: 'ok', check: 'free space', text: [bytes, inodes].filter(Boolean).join(', ') }]
}
