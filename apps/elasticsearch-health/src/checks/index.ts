import type { Check } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'
import { clusterHealth } from './cluster-health.js'
import { node } from './node.js'

export function checks(elasticsearch: Elasticsearch): readonly Check[] {
  return [node(elasticsearch), clusterHealth(elasticsearch)]
}
