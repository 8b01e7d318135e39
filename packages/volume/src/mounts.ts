/** A mounted file system, from /proc/self/mountinfo. Reading that file does not touch the file system. */
export interface Mount {
  point: string
  /** `ext4`, `nfs`, `nfs4`, or `fuse.nfs` of a client in user space. */
  type: string
  /** `nas:/share`; for a subPath or a bind mount the folder below it. */
  source: string
  /** Those of the mount and of its file system. */
  options: readonly string[]
  readOnly: boolean
  /** An NFS mount that gives up after a timeout: the write in progress is lost then. */
  soft: boolean
}

/**
 * The mount that holds the path: the longest one above it, and of several on one point the last.
 * @param path absolute; symbolic links in it are not followed
 * @param mountinfo the text of /proc/self/mountinfo
 * @see proc_pid_mountinfo(5)
 */
export function mountOf(path: string, mountinfo: string): Mount | undefined {
  return mountinfo
    .split('\n')
    .flatMap(line => parseMount(line) ?? [])
    .filter(({ point }) => point === '/' || `${path}/`.startsWith(`${point}/`))
    .reduce<Mount | undefined>(
      (best, mount) => (best && best.point.length > mount.point.length ? best : mount),
      undefined,
    )
}

function parseMount(line: string): Mount | undefined {
  const [own = '', shared = ''] = line.split(' - ')
  const [, , , , point, options] = own.split(' ')
  const [type, source, superOptions] = shared.split(' ')
  if (!point || !options || !type || !source || !superOptions) return undefined
  const all = [...options.split(','), ...superOptions.split(',')]
  return {
    point: unescaped(point),
    type,
    source: unescaped(source),
    options: all,
    readOnly: all.includes('ro'),
    soft: isNfs({ type }) && all.includes('soft'),
  }
}

/** How often the kernel had to repeat requests to the NFS server since the mount. */
export interface NfsCounters {
  retransmissions: number
  timeouts: number
}

/**
 * @param mountstats the text of /proc/self/mountstats
 * @returns the sum over all operations; undefined when no NFS is mounted there
 * @see https://www.kernel.org/doc/html/latest/filesystems/nfs/ and nfsiostat(8): operations, transmissions, major timeouts
 */
export function nfsCounters(point: string, mountstats: string): NfsCounters | undefined {
  const device = mountstats.split(/^device /m).findLast(text => mountedOn(text) === point)
  const [, perOperation] = device?.split('per-op statistics') ?? []
  if (perOperation === undefined) return undefined
  const counters = { retransmissions: 0, timeouts: 0 }
  for (const [, operations, transmissions, timeouts] of perOperation.matchAll(
    /^\s*\w+: (\d+) (\d+) (\d+) /gm,
  )) {
    counters.retransmissions += Number(transmissions) - Number(operations)
    counters.timeouts += Number(timeouts)
  }
  return counters
}

function mountedOn(device: string): string | undefined {
  const point = / mounted on (\S+) with fstype /.exec(device)?.[1]
  return point && unescaped(point)
}

/** Is it NFS? `fuse.nfs` is a client in user space: the kernel knows FUSE's options of it, and no counters. */
export function isNfs({ type }: Pick<Mount, 'type'>): boolean {
  return ['nfs', 'nfs4', 'fuse.nfs'].includes(type)
}

/** Space, tabulator, line feed and backslash are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
}
