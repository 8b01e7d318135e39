import { type IndexDefinition, noteIndexDifferences } from '@bluecore/note-index'
import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'

/**
 * Can notes be searched as Misskey searches them, and will they be found? A search detects what the other checks do not: a
 * full heap and a full queue (`saturated`), and a closed index (`readonly`). A missing or wrong index is only a warning: `setup search-index` or Misskey
 * creates a missing one, and taking the server out of service does not repair a wrong one.
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
        client.search(
          { index, size: 0, terminate_after: 1, allow_partial_search_results: false },
          { ignore: [404] }, // a missing index
        ),
      )
      const steps = { search: performance.now() - begun }
      const seen = await elasticsearch.ask(signal, client =>
        client.indices.get<Record<string, IndexDefinition>>({ index, local: true, ignore_unavailable: true }),
      )
      return { steps, warnings: warningsOf(index, Object.values(seen)) }
    },
  }
}

function warningsOf(index: string, seen: readonly IndexDefinition[]): string[] {
  if (seen.length === 0) {
    return [
      `the index ${index} is missing: a note posted now makes Elasticsearch create it with the wrong mapping; run "setup search-index"`,
    ]
  }
  const wrong = seen.flatMap(noteIndexDifferences)
  if (wrong.length === 0) return []
  return [
    `search misses notes permanently: in the index ${index}, ${wrong.join(', ')}; "setup search-index" says how to rebuild it`,
  ]
}
