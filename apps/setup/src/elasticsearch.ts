import { defaultNoteIndex } from '@bluecore/note-index'
import { httpUrl, type Settings } from '@bluecore/settings'
import { type ApiResponse, Client, errors } from '@elastic/elasticsearch'
import * as z from 'zod/mini'

export const elasticsearchShape = {
  ELASTICSEARCH_URL: httpUrl(),
  /** The index of notes. */
  ELASTICSEARCH_INDEX: z._default(z.string(), defaultNoteIndex),
}

export interface Elasticsearch {
  readonly url: string
  /** Name of the index of notes. */
  readonly index: string
  /**
   * Sends one request and waits for the response: five seconds, unless `send` sets another `requestTimeout`.
   * @throws Error with the request, the status and the server's own reason, or with what happened to the connection
   */
  ask<Body>(send: (client: Client) => Promise<ApiResponse<Body>>): Promise<ApiResponse<Body>>
}

export function connect(settings: Settings<typeof elasticsearchShape>): Elasticsearch {
  const url = settings.ELASTICSEARCH_URL
  const client = new Client({
    node: url,
    requestTimeout: 5_000,
    maxRetries: 0, // whoever waits retries, and logs why
    resurrectStrategy: 'none', // there is one node: ask it whether it seems dead or not
  })
  return {
    url,
    index: settings.ELASTICSEARCH_INDEX,
    async ask(send) {
      try {
        return await send(client)
      } catch (error) {
        throw described(error)
      }
    },
  }
}

function described(error: unknown): unknown {
  if (!(error instanceof errors.ResponseError)) return error
  const { method, path } = error.meta.meta.request.params
  const { body } = error
  const seen = body?.error?.reason ?? (typeof body === 'string' ? body.slice(0, 300) : JSON.stringify(body))
  return new Error(`${method} ${path}: HTTP ${error.statusCode}: ${seen}`)
}
