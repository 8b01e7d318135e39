import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import type { Health } from '../health.js'

/** From which wait on, in ms, the queue of changes is worth a warning: a change takes some ms. */
const longWaitMs = 10_000

/**
 * Is there a master, and does it get its work done? The node of a cluster of one elects itself before it opens its port,
 * and gives that up when it cannot write the state of the cluster: so without a master nothing can be kept.
 */
export function master(elasticsearch: Elasticsearch): Check {
  return {
    name: 'master',
    intervalMs: 10_000,
    deadlineMs: 1_500,
    retryMs: 2_000,
    async run(signal) {
      const health = await elasticsearch.ask(signal, client =>
        // It waits this long for a master, and then says that there is none.
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
        warnings: [`${pending} changes of the cluster's state wait, the oldest for ${waited} s`],
      }
    },
  }
}
