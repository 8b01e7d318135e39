import { type HealthClass, HealthError } from '@bluecore/sidecar'
import { errors } from '@elastic/elasticsearch'

/** What the HTTP codes of Elasticsearch mean for its health. */
const classes: Readonly<Record<number, HealthClass>> = {
  401: 'auth',
  403: 'auth',
  429: 'saturated', // a full queue, or a breaker that tripped
  503: 'starting', // the state of the cluster is not recovered yet
}

/** Names the class of whatever the client threw; hands back what has none. */
export function healthError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  if (thrown instanceof errors.ResponseError) {
    const found = classes[thrown.statusCode]
    const message = `HTTP ${thrown.statusCode}: ${thrown.message}`
    return found ? new HealthError(found, message) : new Error(message)
  }
  if (thrown instanceof errors.TimeoutError) return new HealthError('frozen', thrown.message)
  // The client keeps no code of a socket's error; but for time-outs they all say that nobody is there.
  if (thrown instanceof errors.ConnectionError) return new HealthError('refused', thrown.message)
  return thrown
}
