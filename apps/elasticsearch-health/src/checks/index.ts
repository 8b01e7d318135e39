import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { blocks } from './blocks.js'
import { clusterHealth } from './cluster-health.js'
import { master } from './master.js'
import { node } from './node.js'
import { nodeStats } from './node-stats.js'
import { searchIndex } from './search-index.js'

export function checks(elasticsearch: Elasticsearch): readonly Check[] {
  return [node, clusterHealth, master, blocks, searchIndex, nodeStats].map(check => check(elasticsearch))
}
