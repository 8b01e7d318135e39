import { reason } from './failure.js'
import type { Settings } from './settings.js'

/** What a search server says: its status code and the body as JSON. */
export interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the body of what it asked
  readonly body: any
}

/** Elasticsearch over plain HTTP; three calls need no client library, and those of today refuse 7.4. */
export interface SearchServer {
  readonly url: string
  /** The index that Misskey uses unless its configuration names another. */
  readonly index: string
  /**
   * Asks once and waits five seconds.
   * @param expected status codes that the caller understands
   * @throws Error with the server's own reason for any other, or for no answer
   */
  ask(method: string, path: string, expected: readonly number[], body?: object): Promise<Answer>
}

/** @param settings ELASTICSEARCH_URL and ELASTICSEARCH_INDEX (misskey_note) */
export function searchServer(settings: Settings): SearchServer {
  const url = settings.url('ELASTICSEARCH_URL')
  return {
    url,
    index: settings.text('ELASTICSEARCH_INDEX', 'misskey_note'),
    async ask(method, path, expected, body) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { 'Content-Type': 'application/json' },
        signal: AbortSignal.timeout(5_000),
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      const text = await response.text()
      const answer = { status: response.status, body: parsed(text) }
      if (expected.includes(answer.status)) return answer
      throw new Error(
        `${method} ${path}: ${answer.status} ${answer.body?.error?.reason ?? text.slice(0, 300)}`,
      )
    },
  }
}

function parsed(text: string) {
  try {
    return JSON.parse(text)
  } catch (error) {
    return { error: { reason: `not JSON (${reason(error)}): ${text.slice(0, 300)}` } }
  }
}
