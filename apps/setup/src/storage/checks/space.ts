import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'
import type { Volume } from '../volume.js'

const mebi = 2 ** 20

/** A server that has its data writes little until it serves: files with its pid, a log. */
const startBytes = 4 * mebi
const startFiles = 16

/** An empty volume gets PostgreSQL's first files (40 MB) and WAL (80 MB and more), or an index: then there must be room to live. */
const firstStartBytes = 512 * mebi

/** As the health sidecars warn: two segments of WAL and some room; at 90 % Elasticsearch places no shards any more. */
const littleBytes = 64 * mebi
const littleShare = 0.1

/**
 * Is there room? Refused only where the server could not start: a database with data on a NAS that is nearly full must
 * still be able to give room back.
 */
export function judgeSpace({ usedBy }: Volume, { space, holdsData }: Seen): Finding[] {
  if (!space) return []
  const { free, size, freeFiles, files } = space
  const bytes = `${mebibytes(free)} of ${mebibytes(size)} MiB`
  const inodes = files > 0 ? `${freeFiles} of ${files} inodes` : ''
  const found: Finding[] = []
  const add = (level: Finding['level'], text: string) => found.push({ level, check: 'free space', text })

  if (free < startBytes)
    add('FAIL', `${bytes} are free, too little for ${usedBy} to start. Make room on the NAS`)
  else if (holdsData === false && free < firstStartBytes)
    add(
      'FAIL',
      `${bytes} are free, and ${usedBy} begins on an empty volume: at least ${mebibytes(firstStartBytes)} MiB are needed`,
    )
  else if (free < littleBytes || free < size * littleShare)
    add('WARN', `only ${bytes} are free. Make room on the NAS soon`)
  if (inodes && freeFiles < startFiles)
    add('FAIL', `${inodes} are free, too few for ${usedBy} to start. Remove small files on the NAS`)
  else if (freeFiles < files * littleShare)
    add('WARN', `only ${inodes} are free: there are too many small files on the NAS`)
  if (found.length > 0) return found
  return [{ level: 'ok', check: 'free space', text: [bytes, inodes].filter(Boolean).join(', ') }]
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / mebi)
}
