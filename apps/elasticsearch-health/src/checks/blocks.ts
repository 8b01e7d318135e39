import { type Check, HealthError } from '@bluecore/sidecar'
import type { Elasticsearch } from '../connect.js'

/** Of the answer of `GET /_cluster/state/blocks`, what is used here. Indices without a block are not in it. */
interface State {
  blocks: { indices?: Record<string, Record<string, object>> }
}

/** The block `index.blocks.read_only_allow_delete`, which Elasticsearch sets at the flood stage of its disk. */
const floodBlock = '12'

/** At most this many indices are named. */
const named = 3

/**
 * Can documents be written? At the flood-stage watermark Elasticsearch makes indices read-only, which its health does not
 * show. Read from this node's cluster state, because a request for the index settings is rejected while the heap is full.
 * A block that an administrator set on an index is not a failure.
 */
export function blocks(elasticsearch: Elasticsearch): Check {
  return {
    name: 'blocks',
    intervalMs: 15_000,
    deadlineMs: 1_500,
    retryMs: 2_000,
    async run(signal) {
      const state = await elasticsearch.ask(signal, client =>
        client.cluster.state<State>({ metric: 'blocks', local: true }),
      )
      const blocked = Object.entries(state.blocks.indices ?? {})
        .filter(([, held]) => floodBlock in held)
        .map(([index]) => index)
      // The name is ours: the exporter knows no such number.
      const finding = { samples: [{ name: 'indices_read_only', value: blocked.length }] }
      if (blocked.length === 0) return finding
      throw new HealthError('readonly', sentence(blocked), finding)
    },
  }
}

function sentence(blocked: readonly string[]): string {
  const subject = blocked.length === 1 ? '1 index is' : `${blocked.length} indices are`
  const names = [...blocked].sort().slice(0, named).join(', ')
  const more = blocked.length > named ? ', …' : ''
  return `${subject} read-only because the disk is full: ${names}${more}; Elasticsearch unblocks them when there is space again`
}
