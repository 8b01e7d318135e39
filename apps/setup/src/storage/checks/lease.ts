import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'
import type { Place, Volume } from '../volume.js'

/** Does the volume belong to this release, or to nobody? Two servers on one folder would destroy each other's data. */
export function judgeLease({ owner, takeOverFrom }: Volume, { name }: Place, { claim }: Seen): Finding[] {
  if (!owner || !claim) return []
  const theirs = claim.owner
  if (theirs.id === owner.id)
    return [{ level: 'ok', check: 'lease', text: `${owner.name}, epoch ${claim.epoch}` }]
  const was = `${name} belongs to ${theirs.name} (last used by ${claim.holder})`
  if (theirs.id === takeOverFrom)
    return [
      { level: 'WARN', check: 'lease', text: `${was}, and is taken over as global.lease.takeOverFrom says` },
    ]
  return [
    {
      level: 'FAIL',
      check: 'lease',
      text:
        `${was}, not to ${owner.name}. Use another folder: storage.nfs.path. To take it over on purpose, uninstall that ` +
        `release, then set global.lease.takeOverFrom=${theirs.id}`,
    },
  ]
}
