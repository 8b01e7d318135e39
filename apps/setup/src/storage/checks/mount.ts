import { isNfs } from '@bluecore/volume'
import type { Finding } from '../finding.js'
import { judgedOptions, optionDifferences } from '../mount-options.js'
import type { JudgedMount, Volume } from '../volume.js'

/**
 * Is it the volume that the values describe, mounted with their options?
 * @param mount the one that holds the volume's path
 */
export function judgeMount(volume: Volume, mount: JudgedMount | undefined): Finding[] {
  const problems = mount ? problemsOf(volume, mount) : [`no mount holds ${volume.path}`]
  if (problems.length > 0 || !mount) return problems.map(text => ({ level: 'FAIL', check: 'mount', text }))
  const options = ['rw', ...(isNfs(mount) ? judgedOptions(mount.options).values() : [])]
  return [{ level: 'ok', check: 'mount', text: `${described(mount)}, ${options.join(', ')}` }]
}

/** Whether the volume is there at all: if not, its path is a folder of the image. */
export function isMounted({ path }: Volume, mount: JudgedMount | undefined): mount is JudgedMount {
  return mount?.point === path
}

function problemsOf(volume: Volume, mount: JudgedMount): string[] {
  const { path, source, options } = volume
  if (!isMounted(volume, mount))
    return [`nothing is mounted at ${path}. Does the pod mount its volume there?`]
  const problems: string[] = []
  if (source && !isNfs(mount))
    problems.push(
      `${path} is ${described(mount)}, but the values name NFS, ${source}. The claim is bound to another volume: ` +
        'see kubectl get pvc,pv. If it holds no data, delete it and let the chart create it again',
    )
  else if (source && plain(source) !== plain(mount.source))
    problems.push(
      `${mount.source} is mounted at ${path}, but the values name ${source}. ` +
        'See kubectl get pv; the source of a PersistentVolume cannot change: use it in the values, or delete and recreate the volume',
    )
  if (mount.options.includes('ro'))
    problems.push(
      `it is mounted read-only. Remove ro from the mount options; if it is not there, check its disk for errors`,
    )
  if (isNfs(mount)) problems.push(...optionProblems(options ?? '', mount))
  return problems
}

function optionProblems(wanted: string, { options }: JudgedMount): string[] {
  const soft = options.find(option => option === 'soft' || option === 'softerr')
  const differences = optionDifferences(wanted, options).filter(it => !(soft && it.startsWith(soft)))
  return [
    ...(soft
      ? [
          `it is mounted ${soft}: writes are lost when the NAS is slow. Set the mount option hard, then delete the pod`,
        ]
      : []),
    ...(differences.length > 0
      ? [
          `it is mounted with ${differences.join(', ')}. Compare mountOptions in kubectl get pv -o yaml with the values; ` +
            'changed options apply after the pod is deleted',
        ]
      : []),
  ]
}

function described({ type, source }: JudgedMount): string {
  return `${source} (${type})`
}

/** Host names are case-insensitive, and repeated slashes in paths mean the same. */
function plain(source: string): string {
  const [, host = '', path = ''] = /^(.*?):(\/.*)$/.exec(source) ?? []
  return `${host.toLowerCase()}:${path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')}`
}
