import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { differences, type IndexSeen } from '../note-index.js'

/**
 * Can notes be searched, as Misskey does it, and will they be found? A search meets what the other checks pass by: a full
 * heap and a full queue (`saturated`). An index that is missing or wrong only warns: the one is made by a job or by
 * Misskey itself, the other is no better for being out of reach.
 */
export function searchIndex(elasticsearch: Elasticsearch): Check {
  const { index } = elasticsearch
  return {
    name: 'search-index',
    intervalMs: 15_000,
    deadlineMs: 1_500,
    retryMs: 2_000,
    async run(signal) {
      const begun = performance.now()
      await elasticsearch.ask(signal, client =>
        client.search({
          index,
          size: 0,
          terminate_after: 1,
          allow_partial_search_results: false,
          ignore_unavailable: true,
        }),
      )
      const steps = { search: performance.now() - begun }
      const seen = await elasticsearch.ask(signal, client =>
        client.indices.get<Record<string, IndexSeen>>({ index, local: true, ignore_unavailable: true }),
      )
      return { steps, warnings: warningsOf(index, Object.values(seen)) }
    },
  }
}

function warningsOf(index: string, seen: readonly IndexSeen[]): string[] {
  if (seen.length === 0) {
    return [
      `the index ${index} is missing: a note posted now would have Elasticsearch make it with the wrong mapping; run "setup search-index"`,
    ]
  }
  const wrong = seen.flatMap(differences)
  if (wrong.length === 0) return []
  return [
    `search would be wrong for ever: ${wrong.join(', and ')}; "setup search-index" tells how to mend the index ${index}`,
  ]
}
