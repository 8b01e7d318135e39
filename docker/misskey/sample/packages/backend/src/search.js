import { Client } from '@elastic/elasticsearch'

/** Misskey's index: a text is found by any part of a word, so that Japanese, which has no spaces, can be searched. */
const definition = {
  settings: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } },
  mappings: {
    properties: {
      text: { type: 'text', index: true, analyzer: 'ngram' },
      userId: { type: 'keyword', index: true },
      userHost: { type: 'keyword', index: true },
    },
  },
}

/** The search of notes. Like Misskey, it creates its index only when the process starts. */
export function connectSearch(settings, log) {
  const { host, port, ssl, user, pass, index = 'misskey_note' } = settings
  const client = new Client({
    node: `${ssl ? 'https' : 'http'}://${host}:${port}`,
    ...(user && { auth: { username: user, password: String(pass) } }),
  })

  return {
    /** Creates the index if it is missing. Another instance may create it first, which serves as well. */
    async prepare() {
      try {
        const { body: exists } = await client.indices.exists({ index })
        if (!exists) await client.indices.create({ index, body: definition })
      } catch (error) {
        log.error(`search: index ${index} was not created by this instance: ${error.message}`)
      }
    },

    /** Adds a note. What cannot be added is logged and is not found later. */
    add({ id, text, userId }) {
      const body = { text: text.toLowerCase(), userId, userHost: null }
      client
        .index({ index, id, body })
        .catch(error => log.error(`search: note ${id} was not indexed: ${error.message}`))
    },

    /**
     * @param {{query: string, limit: number, offset: number, userId?: string, host?: string | null}} wanted
     *   the words of `query` are ANDed; `host: null` means users of this instance
     * @returns {Promise<string[]>} ids of notes
     * @throws Error when Elasticsearch is unreachable or has no index
     */
    async find({ query, limit, offset, userId, host }) {
      const text = { fields: ['text'], query: query.toLowerCase(), default_operator: 'and' }
      const { body } = await client.search({
        index,
        body: {
          size: limit,
          from: offset,
          query: { bool: { must: [{ simple_query_string: text }, ...narrow(userId, host)] } },
          sort: [{ _doc: 'desc' }],
        },
      })
      return body.hits.hits.map(hit => hit._id)
    },

    async close() {
      await client.close()
    },
  }
}

function narrow(userId, host) {
  if (userId != null) return [{ term: { userId } }]
  if (host === null) return [{ bool: { must_not: { exists: { field: 'userHost' } } } }]
  if (host !== undefined) return [{ term: { userHost: host } }]
  return []
}
