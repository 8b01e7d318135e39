import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'
import type { Place, Volume } from '../volume.js'

/** PostgreSQL refuses data that another user owns; to the others it is enough to read and write. */
const mustOwn = ['PostgreSQL']

/** Does the folder belong to the server, and what it makes there too? */
export function judgeOwner(volume: Volume, place: Place, { folder, file, failed }: Seen): Finding[] {
  if (!folder) return []
  const { usedBy, uid, gid } = volume
  const own = `${uid}:${gid}`
  const was = `${place.name} belongs to ${folder.uid}:${folder.gid}`
  const mode = octal(folder.mode)
  const fail = (text: string): Finding[] => [{ level: 'FAIL', check: 'owner', text }]

  if (['EACCES', 'EPERM'].includes(failed.write?.code ?? '')) {
    const closed = (folder.mode & 0o700) !== 0o700
    const chmod = 'chmod 0700 FOLDER'
    if (folder.uid !== uid) {
      const chown = `chown ${own} FOLDER`
      return fail(
        `${was}, but ${usedBy} runs as ${own}. ${place.advice(closed ? `${chown} && ${chmod}` : chown)}`,
      )
    }
    if (closed) return fail(`${was}, but with mode ${mode} ${usedBy} cannot use it. ${place.advice(chmod)}`)
    return fail(
      `${was} with mode ${mode}, and yet ${usedBy} (${own}) may not write there. ` +
        'On the NAS: does the export let this node write, and map root only (root_squash, not all_squash)? ' +
        'A change of owner or mode is seen after a minute at the latest',
    )
  }

  if (folder.uid !== uid && !file) return [] // whether that matters was not seen

  const found: Finding[] = []
  if (file && file.uid !== uid)
    found.push({
      level: mustOwn.includes(usedBy) ? 'FAIL' : 'WARN',
      check: 'owner',
      text:
        `a file that ${own} makes there belongs to ${file.uid}:${file.gid}: the NAS maps every user to one (all_squash). ` +
        place.advice(`let the export map root only (root_squash), then chown -R ${own} FOLDER`),
    })
  else if (folder.uid !== uid)
    found.push({
      level: 'WARN',
      check: 'owner',
      text:
        `${was} with mode ${mode}, so that ${usedBy} (${own}) can write there, and others too. ` +
        place.advice(`chown ${own} FOLDER && chmod 0700 FOLDER`),
    })
  return found.length > 0 ? found : [{ level: 'ok', check: 'owner', text: `${own}, mode ${mode}` }]
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
