import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'

/** Does the process respond? It does so long before the shards are recovered, and while its data cannot be written. */
export function node(elasticsearch: Elasticsearch): Check {
  return {
    name: 'node',
    intervalMs: 1_000,
    deadlineMs: 800,
    async run(signal) {
      await elasticsearch.ask(signal, client => client.info())
      return {}
    },
  }
}
