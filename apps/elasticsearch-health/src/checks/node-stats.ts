import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { growthWarnings, heapWarnings, type NodeStats, samplesOf } from '../node-stats.js'
import { diskWarnings, readMarks, type Settings } from '../watermarks.js'

/** How full are heap, queues and disk? None of this makes it unusable yet, so it only warns. */
export function nodeStats(elasticsearch: Elasticsearch): Check {
  let before: NodeStats | undefined
  return {
    name: 'node-stats',
    intervalMs: 15_000,
    deadlineMs: 4_000,
    advisory: true,
    async run(signal) {
      const [stats, settings] = await Promise.all([
        elasticsearch.ask(signal, client =>
          client.nodes.stats<{ nodes: Record<string, NodeStats> }>({
            node_id: '_local',
            metric: 'breaker,fs,jvm,process,thread_pool',
          }),
        ),
        elasticsearch.ask(signal, client =>
          client.cluster.getSettings<Settings>(
            { include_defaults: true, flat_settings: true, filter_path: '*.cluster*disk*' },
            { querystring: { local: true } }, // else it waits for a master
          ),
        ),
      ])
      const [now] = Object.values(stats.nodes)
      if (!now) throw new Error('the response lacks the local node')
      const marks = readMarks(settings)
      const warnings = [
        ...heapWarnings(now),
        ...growthWarnings(before, now),
        ...(marks ? diskWarnings(marks, now.fs.total) : []),
      ]
      before = now
      return { samples: samplesOf(now), warnings }
    },
  }
}
