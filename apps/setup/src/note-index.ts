import { Refusal } from './failure.js'
import type { SearchServer } from './search-server.js'

/**
 * The index of notes exactly as Misskey 12 makes it at its start (packages/backend/src/db/elasticsearch.ts).
 * Made beforehand, because a note posted while it is missing would have Elasticsearch make it with the default
 * mapping, and Misskey takes any index that is there: parts of words would never be found again.
 */
const noteIndex = {
  settings: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } },
  mappings: {
    properties: {
      text: { type: 'text', index: true, analyzer: 'ngram' },
      userId: { type: 'keyword', index: true },
      userHost: { type: 'keyword', index: true },
    },
  },
} as const

/** What GET /INDEX tells of one index, as far as it is read here. */
export interface IndexSeen {
  mappings?: { properties?: Record<string, { type?: string; analyzer?: string }> }
  settings?: { index?: { analysis?: { analyzer?: { ngram?: { tokenizer?: string } } } } }
}

/** @returns each difference from what Misskey's search needs, as "NAME is SEEN, not NEEDED" */
export function differences(seen: IndexSeen): string[] {
  const fields = seen.mappings?.properties ?? {}
  const facts: [string, string | undefined, string][] = [
    ['the type of text', fields.text?.type, 'text'],
    ['the analyzer of text', fields.text?.analyzer ?? 'standard', 'ngram'],
    ['the tokenizer of ngram', seen.settings?.index?.analysis?.analyzer?.ngram?.tokenizer, 'ngram'],
    ['the type of userId', fields.userId?.type, 'keyword'],
    ['the type of userHost', fields.userHost?.type, 'keyword'],
  ]
  return facts
    .filter(([, was, needed]) => was !== needed)
    .map(([what, was, needed]) => `${what} is ${was}, not ${needed}`)
}

/**
 * Looks at the index (or at all indices behind an alias).
 * @throws Refusal when its mapping is another; an Error when the server does not answer
 */
export async function inspectIndex({ ask, index }: SearchServer): Promise<'missing' | 'right'> {
  const { status, body } = await ask('GET', `/${index}`, [200, 404])
  if (status === 404) return 'missing'
  const wrong = Object.values(body as Record<string, IndexSeen>).flatMap(differences)
  if (wrong.length === 0) return 'right'
  throw new Refusal(
    `The index ${index} is there, but not as Misskey needs it: ${wrong.join('; ')}. Its search would miss parts of words.\n` +
      `Stop Misskey, copy the index aside (POST _reindex from ${index} to ${index}-old), delete it (DELETE /${index}), ` +
      `run "setup search-index" again, and copy the notes back (POST _reindex from ${index}-old to ${index}).`,
  )
}

/** Makes the index unless it is there. Several may do so at once: one makes it, the others find it. */
export async function ensureIndex(server: SearchServer): Promise<'made' | 'kept'> {
  if ((await inspectIndex(server)) === 'right') return 'kept'
  // 400 is "exists already" when another was quicker, and only then will the index be there and right.
  const { status, body } = await server.ask('PUT', `/${server.index}`, [200, 400], noteIndex)
  if (status === 200) return 'made'
  if ((await inspectIndex(server)) === 'right') return 'kept'
  throw new Error(`PUT /${server.index}: ${status} ${body.error?.reason}`)
}
