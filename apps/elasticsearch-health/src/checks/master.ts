import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import type { Health } from '../health.js'

/** A pending cluster state update this old, in ms, is a warning: normally one takes a few ms. */
const longWaitMs = 10_000

/**
 * Is there a master, and does it make progress? The node of a single-node cluster elects itself before it opens its port,
 * and steps down when it cannot write the cluster state: without a master nothing can be persisted.
 */
export function master(elasticsearch: Elasticsearch): Check {
  return {
    name: 'master',
    intervalMs: 10_000,
    deadlineMs: 1_500,
    retryMs: 2_000,
    async run(signal) {
      const health = await elasticsearch.ask(signal, client =>
        // Without a master it responds after this time.
        client.cluster.health<Health>({ master_timeout: '1s', timeout: '1s' }),
      )
      const { number_of_pending_tasks: pending, task_max_waiting_in_queue_millis: waitedMs } = health
      const samples = [
        { name: 'cluster_health_number_of_pending_tasks', value: pending },
        { name: 'cluster_health_task_max_waiting_in_queue_millis', value: waitedMs },
      ]
      if (waitedMs < longWaitMs) return { samples }
      const waited = Math.round(waitedMs / 1000)
      return {
        samples,
        warnings: [`${pending} cluster state updates are pending, the oldest for ${waited} s`],
      }
    },
  }
}
