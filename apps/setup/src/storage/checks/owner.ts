import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'
import type { Place, Volume } from '../volume.js'

/** PostgreSQL refuses data that another user owns; for the others read and write permission is enough. */
const mustOwn = ['PostgreSQL']

/** Does the folder belong to the server, and do the files that it creates there? */
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
    if (closed) return fail(`${was}, but ${usedBy} cannot use it with mode ${mode}. ${place.advice(chmod)}`)
    return fail(
      `${was} with mode ${mode}, but ${usedBy} (${own}) gets permission denied. ` +
        'On the NAS: is it exported rw to this node, with root_squash rather than all_squash? ' +
        'A changed owner or mode takes up to a minute to become visible',
    )
  }

  if (folder.uid !== uid && !file) return [] // whether that matters is not known

  const found: Finding[] = []
  if (file && file.uid !== uid)
    found.push({
      level: mustOwn.includes(usedBy) ? 'FAIL' : 'WARN',
      check: 'owner',
      text:
        `a file created by ${own} belongs to ${file.uid}:${file.gid}: the NAS maps all users to one (all_squash). ` +
        place.advice(`export it with root_squash, then chown -R ${own} FOLDER`),
    })
  else if (folder.uid !== uid)
    found.push({
      level: 'WARN',
      check: 'owner',
      text:
        `${was} with mode ${mode}, so ${usedBy} (${own}) can write there, but others can too. ` +
        place.advice(`chown ${own} FOLDER && chmod 0700 FOLDER`),
    })
  return found.length > 0 ? found : [{ level: 'ok', check: 'owner', text: `${own}, mode ${mode}` }]
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
