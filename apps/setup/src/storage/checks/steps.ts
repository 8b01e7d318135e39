import type { Finding } from '../finding.js'
import type { Failure, Seen, Step } from '../probe.js'
import type { Place } from '../volume.js'

/** What an error means and what to do, whichever step met it. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'this user may not: see owner',
  EPERM: 'this user may not: see owner',
  EROFS:
    'the file system or the export is read-only: export it with rw to this node, look for errors of its disk',
  ENOSPC: 'no room is left: make room on the NAS',
  EDQUOT: 'the quota is used up: make room on the NAS, or raise it',
  EIO: 'the disk fails, or the way to it: look at the NAS',
  ESTALE: 'the NAS has another file system there now: delete the pod, so that it is mounted anew',
  ENOTCONN: 'the mount has lost its server: delete the pod, so that it is mounted anew',
  ETIMEDOUT: 'the NAS does not answer: is it up?',
}

/** PostgreSQL 10 installs each segment of its WAL by link and unlink (durable_link_or_rename in fd.c). */
const noLinks =
  'PostgreSQL puts its log into place by hard links: put the folder on ext4, XFS, Btrfs or ZFS, not on exFAT or FAT'

/** What each step adds to a reason. */
const own: Partial<Record<Step, Readonly<Record<string, string>>>> = {
  'hard link': { EPERM: noLinks, EOPNOTSUPP: noLinks, ENOTSUP: noLinks, ENOSYS: noLinks, EMLINK: noLinks },
}

const plainSteps: readonly Step[] = ['write', 'fsync', 'hard link', 'rename', 'read back', 'remove']

/** Does each thing work that servers do with files? Those that were not tried, because one before failed, are not told. */
export function judgeSteps(place: Place, seen: Seen): Finding[] {
  const failures = Object.entries(seen.failed) as [Step, Failure][]
  return [
    ...plainSteps
      .filter(step => seen.done.includes(step))
      .map(check => ({ level: 'ok', check, text: '' }) as const),
    ...failures.map(
      ([check, failure]) => ({ level: 'FAIL', check, text: textOf(check, failure, place) }) as const,
    ),
  ]
}

function textOf(step: Step, { call, code }: Failure, { name }: Place): string {
  if (!call) return `${code}: do not trust ${name} with data`
  const meaning = own[step]?.[code] ?? meanings[code]
  return `${call} in ${name} failed with ${code}${meaning ? `: ${meaning}` : ''}`
}
