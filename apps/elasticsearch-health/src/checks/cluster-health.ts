import { type Check, HealthError, type Sample } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'

/** Of the answer of `GET /_cluster/health`, what is used here. */
interface Health {
  status: 'green' | 'yellow' | 'red'
  number_of_nodes: number
  number_of_data_nodes: number
  active_primary_shards: number
  active_shards: number
  relocating_shards: number
  initializing_shards: number
  unassigned_shards: number
  number_of_pending_tasks: number
  task_max_waiting_in_queue_millis: number
}

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
      const samples = samplesOf(health)
      if (health.status !== 'red') return { samples }
      if (health.initializing_shards > 0) {
        throw new HealthError('starting', `red: ${health.initializing_shards} shards are being read`, {
          samples,
        })
      }
      throw new HealthError('persistence', `red: ${health.unassigned_shards} shards have no place`, {
        samples,
      })
    },
  }
}

// Named as elasticsearch_exporter names them.
function samplesOf(health: Health): Sample[] {
  const { status, ...numbers } = health
  return [
    ...['green', 'yellow', 'red'].map(color => ({
      name: 'cluster_health_status',
      value: Number(color === status),
      labels: { color },
    })),
    { name: 'cluster_health_number_of_nodes', value: numbers.number_of_nodes },
    { name: 'cluster_health_number_of_data_nodes', value: numbers.number_of_data_nodes },
    { name: 'cluster_health_active_primary_shards', value: numbers.active_primary_shards },
    { name: 'cluster_health_active_shards', value: numbers.active_shards },
    { name: 'cluster_health_relocating_shards', value: numbers.relocating_shards },
    { name: 'cluster_health_initializing_shards', value: numbers.initializing_shards },
    { name: 'cluster_health_unassigned_shards', value: numbers.unassigned_shards },
    { name: 'cluster_health_number_of_pending_tasks', value: numbers.number_of_pending_tasks },
    {
      name: 'cluster_health_task_max_waiting_in_queue_millis',
      value: numbers.task_max_waiting_in_queue_millis,
    },
  ]
}
