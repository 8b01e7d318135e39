/** A mounted file system, as /proc/self/mountinfo tells it. Reading that file does not touch the file system. */
export interface Mount {
  point: string
  /** `ext4`, `nfs`, `nfs4`, or `fuse.nfs` of a client in user space. */
  type: string
  /** `nas:/share`; for a folder below it, of a subPath or a bind mount, the folder. */
  source: string
  /** Of the mount and of its file system together. */
  options: readonly string[]
}

/**
 * The mount that holds the path: the longest one above it, and of several on one point the last.
 * @param path absolute; links in it are not followed
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
  return {
    point: unescaped(point),
    type,
    source: unescaped(source),
    options: [...options.split(','), ...superOptions.split(',')],
  }
}

/** The kernel's NFS, or a client in user space, whose options are FUSE's. */
export function isNfs({ type }: Mount): boolean {
  return ['nfs', 'nfs4', 'fuse.nfs'].includes(type)
}

/** Space, tabulator, line feed and backslash are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
}
