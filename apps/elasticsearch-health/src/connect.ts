import type { Connection } from '@bluecore/sidecar'
import { type ApiResponse, Client } from '@elastic/elasticsearch'
import { healthError } from './errors.js'
import type { ElasticsearchSettings } from './settings.js'

/** A request under way. */
type Request<Body> = Promise<ApiResponse<Body>> & { abort(): void }

/** The client; its sockets are kept between questions. */
export interface Elasticsearch extends Connection {
  /** Name of the index of notes. */
  index: string
  /**
   * @param begin begins one request; its socket is destroyed when the signal is aborted
   * @returns the body of the answer
   * @throws HealthError for everything that has a class
   */
  ask<Body>(signal: AbortSignal, begin: (client: Client) => Request<Body>): Promise<Body>
}

export function connect(settings: ElasticsearchSettings): Elasticsearch {
  const client = new Client({
    node: settings.ELASTICSEARCH_URL,
    maxRetries: 0, // the next run of the check tries again
    resurrectStrategy: 'none', // there is one node, and it is asked whether it seems dead or not
  })
  return {
    index: settings.ELASTICSEARCH_INDEX,
    async ask(signal, begin) {
      signal.throwIfAborted()
      const request = begin(client)
      const abort = () => request.abort()
      signal.addEventListener('abort', abort, { once: true })
      try {
        return (await request).body
      } catch (error) {
        throw healthError(error)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    close: () => void client.close(),
  }
}
