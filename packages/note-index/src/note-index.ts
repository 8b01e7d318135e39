/** Name of the index of notes unless Misskey's configuration has another `index`. */
export const defaultNoteIndex = 'misskey_note'

/**
 * The index of notes exactly as Misskey 12 creates it at its start (packages/backend/src/db/elasticsearch.ts): without
 * ngrams a search finds no parts of words, and in Japanese next to nothing. It must exist before the first note: a note
 * posted while it is missing makes Elasticsearch create it with the default mapping, and Misskey uses any index it finds.
 */
export const noteIndex = {
  settings: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } },
  mappings: {
    properties: {
      text: { type: 'text', index: true, analyzer: 'ngram' },
      userId: { type: 'keyword', index: true },
      userHost: { type: 'keyword', index: true },
    },
  },
} as const

/** One index in the answer of `GET /INDEX`, as far as it is used here. */
export interface IndexDefinition {
  mappings?: { properties?: Record<string, { type?: string; analyzer?: string }> }
  settings?: { index?: { analysis?: { analyzer?: { ngram?: { tokenizer?: string } } } } }
}

/**
 * Compares an index with what Misskey's search needs.
 * @returns each difference, as "NAME is ACTUAL, not REQUIRED"
 */
export function noteIndexDifferences({ mappings, settings }: IndexDefinition): string[] {
  const fields = mappings?.properties ?? {}
  const facts: [string, string | undefined, string][] = [
    ['the type of text', fields.text?.type, 'text'],
    ['the analyzer of text', fields.text?.analyzer ?? 'standard', 'ngram'],
    ['the tokenizer of the analyzer ngram', settings?.index?.analysis?.analyzer?.ngram?.tokenizer, 'ngram'],
    ['the type of userId', fields.userId?.type, 'keyword'],
    ['the type of userHost', fields.userHost?.type, 'keyword'],
  ]
  return facts
    .filter(([, actual, required]) => actual !== required)
    .map(([what, actual = 'missing', required]) => `${what} is ${actual}, not ${required}`)
}
