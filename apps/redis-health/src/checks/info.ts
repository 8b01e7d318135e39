import { type Check, type HealthClass, HealthError } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'
import { createHistory } from '../history.js'
import { type Info, parseInfo } from '../info.js'
import { samplesOf } from '../samples.js'
import { warningsOf } from '../warnings.js'

const sections = ['server', 'clients', 'memory', 'persistence', 'stats', 'replication']

/**
 * What does it report about itself? Only warns: whether a failed save or a lost master makes it unusable depends on its
 * settings, so `ping` and `write` find that out.
 */
export function info(redis: KeptRedis): Check {
  const history = createHistory()
  return {
    name: 'info',
    intervalMs: 5_000,
    retryMs: 2_000,
    deadlineMs: 1_000,
    advisory: true,
    async run(signal) {
      const now = parseInfo(await redis.use(signal, connection => connection.info(...sections)))
      const warnings = warningsOf(now, history.add(now))
      const finding = { samples: samplesOf(now, history.restarts()), warnings }
      const trouble = troubleOf(now)
      if (trouble) throw new HealthError(...trouble, finding)
      return finding
    },
  }
}

/** The first that applies: a server that is starting is not judged, and lost data is worse than refused writes. */
function troubleOf(info: Info): [HealthClass, string] | undefined {
  if (info.loading === '1') {
    const progress = `${info.loading_loaded_perc} %, ${info.loading_eta_seconds} s to go`
    return ['starting', `it is loading its data set: ${progress}`]
  }
  if (info.aof_last_write_status === 'err')
    return ['persistence', 'the last write to the append-only file failed']
  if (info.rdb_last_bgsave_status === 'err') {
    const unsaved = `${info.rdb_changes_since_last_save} changes are unsaved`
    return ['persistence', `the last save failed; ${unsaved}`]
  }
  if (info.role === 'slave')
    return [
      'readonly',
      `it is a replica of ${info.master_host}:${info.master_port}, and the link is ${info.master_link_status}`,
    ]
  return undefined
}
