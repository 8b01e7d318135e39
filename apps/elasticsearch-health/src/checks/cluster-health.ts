import { type Check, HealthError } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { type Health, samplesOf } from '../health.js'

/**
 * Are all primary shards there? Yellow is well: a single node has no place for replicas, so it is never green once there
 * is an index. Asked of this node alone, which answers red when it has lost the master that it was itself.
 */
export function clusterHealth(elasticsearch: Elasticsearch): Check {
  return {
    name: 'cluster-health',
    intervalMs: 1_000,
    deadlineMs: 800,
    async run(signal) {
      const health = await elasticsearch.ask(signal, client => client.cluster.health<Health>({ local: true }))
      const finding = { samples: samplesOf(health) }
      if (health.status !== 'red') return finding
      if (isAtWork(health)) throw new HealthError('starting', 'red: the shards are not read yet', finding)
      const message = `red: a primary shard or the master is missing; ${health.unassigned_shards} shards have no place`
      throw new HealthError('persistence', message, finding)
    },
  }
}

/**
 * After a start it knows of no shard at first, then has a change of state in its queue that will have them read, and
 * then reads them.
 */
function isAtWork(health: Health): boolean {
  return (
    health.active_shards + health.unassigned_shards === 0 ||
    health.number_of_pending_tasks > 0 ||
    health.number_of_in_flight_fetch > 0 ||
    health.initializing_shards > 0
  )
}
