import { type HealthClass, HealthError } from '@bluecore/sidecar'
import { errors } from '@elastic/elasticsearch'

/** Error types whose HTTP code alone would mislead. */
const types: Readonly<Record<string, HealthClass>> = {
  '400 index_closed_exception': 'readonly', // it is neither searched nor written to until it is opened
  '403 cluster_block_exception': 'readonly', // a blocked index, not rejected credentials
  '503 master_not_discovered_exception': 'persistence', // see checks/master.ts
}

/** What the HTTP codes of Elasticsearch mean for its health. */
const classes: Readonly<Record<number, HealthClass>> = {
  401: 'auth',
  403: 'auth',
  429: 'saturated', // a full queue, or a breaker that tripped
  503: 'starting', // the state of the cluster, or a shard, is not recovered yet
}

/** Classifies what the client threw; returns it unchanged when it has no class. */
export function healthError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  if (thrown instanceof errors.ResponseError) {
    const found = types[`${thrown.statusCode} ${thrown.body?.error?.type}`] ?? classes[thrown.statusCode]
    const message = `HTTP ${thrown.statusCode}: ${thrown.message}`
    return found ? new HealthError(found, message) : new Error(message)
  }
  if (thrown instanceof errors.TimeoutError) return new HealthError('frozen', thrown.message)
  // The client drops the code of a socket error. All but timeouts and names that are not resolved mean that the connection failed.
  if (thrown instanceof errors.ConnectionError && !thrown.message.startsWith('getaddrinfo'))
    return new HealthError('refused', thrown.message)
  return thrown
}
