import type { Sample } from '@bluecore/sidecar'

/** Of the answer of `GET /_cluster/health`, what is used here. */
export interface Health {
  status: 'green' | 'yellow' | 'red'
  number_of_nodes: number
  number_of_data_nodes: number
  active_primary_shards: number
  active_shards: number
  relocating_shards: number
  initializing_shards: number
  unassigned_shards: number
  number_of_in_flight_fetch: number
  number_of_pending_tasks: number
  task_max_waiting_in_queue_millis: number
}

const counts = [
  'number_of_nodes',
  'number_of_data_nodes',
  'active_primary_shards',
  'active_shards',
  'relocating_shards',
  'initializing_shards',
  'unassigned_shards',
  'number_of_in_flight_fetch',
] as const

/** The health in numbers, named as elasticsearch_exporter names them. */
export function samplesOf(health: Health): Sample[] {
  return [
    ...['green', 'yellow', 'red'].map(color => ({
      name: 'cluster_health_status',
      value: Number(color === health.status),
      labels: { color },
    })),
    ...counts.map(count => ({ name: `cluster_health_${count}`, value: health[count] })),
  ]
}
