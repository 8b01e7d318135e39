import { type Check, HealthError } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { type Health, samplesOf } from '../health.js'

/**
 * Are all primary shards there? Yellow passes: a single node cannot hold replicas, so it is never green once it has
 * an index. Asked of this node only, which reports red when it is no longer master.
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
      if (isAtWork(health))
        throw new HealthError('starting', 'red: shards are still being recovered', finding)
      const message = `red: a primary shard or the master is missing; ${health.unassigned_shards} shards are unassigned`
      throw new HealthError('persistence', message, finding)
    },
  }
}

/**
 * After a start it knows no shards at first, then has a pending task that will recover them, and then recovers them.
 */
function isAtWork(health: Health): boolean {
  return (
    health.active_shards + health.unassigned_shards === 0 ||
    health.number_of_pending_tasks > 0 ||
    health.number_of_in_flight_fetch > 0 ||
    health.initializing_shards > 0
  )
}
