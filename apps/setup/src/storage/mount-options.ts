/**
 * What an option is about, and its spelling in /proc/self/mountinfo: as far as the kernel always tells it, and takes it as
 * it was asked. Sizes are what client and server agreed on, the number of connections is shared by mounts of one server,
 * and flags are told only where they are set: none of these can be judged.
 * @see nfs(5), and nfs_show_mount_options in the kernel's fs/nfs/super.c
 */
function judged(option: string): [about: string, spelling: string] | undefined {
  if (['hard', 'soft', 'softerr'].includes(option)) return ['patience', option]
  if (['tcp', 'udp', 'rdma'].includes(option)) return ['proto', `proto=${option}`]
  if (/^v\d/.test(option)) return ['vers', `vers=${option.slice(1)}`]
  const [name = '', value = ''] = option.split('=')
  if (name === 'proto') return ['proto', `proto=${value.replace(/6$/, '')}`] // tcp6 is TCP to an address of IPv6
  if (name === 'nfsvers' || name === 'vers') return ['vers', `vers=${value}`]
  if (name === 'timeo' || name === 'retrans') return [name, option]
  return undefined
}

/** The options that are judged, by what they are about: `hard`, `vers=3`, `proto=tcp`. */
export function judgedOptions(options: readonly string[]): Map<string, string> {
  return new Map(options.map(judged).filter(pair => pair !== undefined))
}

/**
 * Compares what was asked for with what the kernel shows.
 * @param wanted mount options as in a PersistentVolume, with commas
 * @param seen options of a mount; what it does not tell is not judged
 * @returns each difference, as "vers=4.2 instead of vers=3"
 */
export function optionDifferences(wanted: string, seen: readonly string[]): string[] {
  const found = judgedOptions(seen)
  return [...judgedOptions(wanted.split(','))].flatMap(([about, spelling]) => {
    const was = found.get(about)
    if (was === undefined || was === spelling) return []
    if (about === 'vers' && was.startsWith(`${spelling}.`)) return [] // 4 leaves the minor version open
    return [`${was} instead of ${spelling}`]
  })
}
