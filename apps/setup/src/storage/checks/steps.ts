import { errnoMeaning } from '@bluecore/volume'
import type { Finding } from '../finding.js'
import type { Failure, Seen, Step } from '../probe.js'
import type { Place } from '../volume.js'

/** `owner` says what to do. */
const permission = 'permission denied: see owner'
const permissions: Readonly<Record<string, string>> = { EACCES: permission, EPERM: permission }

/** PostgreSQL 10 installs each segment of its WAL by link and unlink (durable_link_or_rename in fd.c). */
const noLinks =
  'PostgreSQL needs hard links for its WAL: move the folder to ext4, XFS, Btrfs or ZFS, not exFAT or FAT'

/** Meanings that only one step has. */
const own: Partial<Record<Step, Readonly<Record<string, string>>>> = {
  'hard link': { EPERM: noLinks, EOPNOTSUPP: noLinks, ENOTSUP: noLinks, ENOSYS: noLinks, EMLINK: noLinks },
}

const plainSteps: readonly Step[] = ['write', 'fsync', 'hard link', 'rename', 'read back', 'remove']

/** Do the file operations of servers work? Steps that were not tried, because an earlier one failed, are left out. */
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
  if (!call) return `${code}: ${name} cannot be trusted with data`
  const meaning = own[step]?.[code] ?? permissions[code] ?? errnoMeaning(code)
  return `${call} in ${name} failed with ${code}${meaning ? `: ${meaning}` : ''}`
}
