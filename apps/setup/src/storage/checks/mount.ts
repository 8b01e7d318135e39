import type { Finding } from '../finding.js'
import { judgedOptions, optionDifferences } from '../mount-options.js'
import { isNfs, type Mount } from '../mountinfo.js'
import type { Volume } from '../volume.js'

/**
 * Is it the volume that the values describe, mounted as they say?
 * @param mount the one that holds the volume's path
 */
export function judgeMount(volume: Volume, mount: Mount | undefined): Finding[] {
  const problems = mount ? problemsOf(volume, mount) : [`no mount holds ${volume.path}`]
  if (problems.length > 0 || !mount) return problems.map(text => ({ level: 'FAIL', check: 'mount', text }))
  const options = ['rw', ...(isNfs(mount) ? judgedOptions(mount.options).values() : [])]
  return [{ level: 'ok', check: 'mount', text: `${described(mount)}, ${options.join(', ')}` }]
}

/** Whether the volume is there at all: if not, its path is a folder of the image. */
export function isMounted({ path }: Volume, mount: Mount | undefined): mount is Mount {
  return mount?.point === path
}

function problemsOf(volume: Volume, mount: Mount): string[] {
  const { path, source, options } = volume
  if (!isMounted(volume, mount))
    return [`nothing is mounted at ${path}. Does the pod mount its volume there?`]
  const problems: string[] = []
  if (source && !isNfs(mount))
    problems.push(
      `${path} is ${described(mount)}, but the values name NFS, ${source}. The claim was given another volume, for life: ` +
        'see kubectl get pvc,pv. If it holds no data, delete it and let the chart make it anew',
    )
  else if (source && plain(source) !== plain(mount.source))
    problems.push(
      `${mount.source} is mounted at ${path}, but the values name ${source}. ` +
        'See kubectl get pv; a PersistentVolume keeps its source: make the values say it, or delete and make it anew',
    )
  if (mount.options.includes('ro'))
    problems.push(
      `it is mounted read-only. Remove ro from the mount options; if nobody set it, look for errors of its disk`,
    )
  if (isNfs(mount)) problems.push(...optionProblems(options ?? '', mount))
  return problems
}

function optionProblems(wanted: string, { options }: Mount): string[] {
  const soft = options.find(option => option === 'soft' || option === 'softerr')
  const differences = optionDifferences(wanted, options).filter(it => !(soft && it.startsWith(soft)))
  return [
    ...(soft
      ? [
          `it is mounted ${soft}: writes are lost when the NAS is slow. Put hard into the mount options, delete the pod`,
        ]
      : []),
    ...(differences.length > 0
      ? [
          `it is mounted with ${differences.join(', ')}. Compare mountOptions in kubectl get pv -o yaml with the values; ` +
            'a mount keeps its options until its pod is deleted',
        ]
      : []),
  ]
}

function described({ type, source }: Mount): string {
  return `${source} (${type})`
}

/** Names of hosts are the same in any case of letters, and so are paths with a slash too many. */
function plain(source: string): string {
  const [, host = '', path = ''] = /^(.*?):(\/.*)$/.exec(source) ?? []
  return `${host.toLowerCase()}:${path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')}`
}
