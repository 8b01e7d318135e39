/** Of the answer of `GET /INDEX`, what is used here, for one index. */
export interface IndexSeen {
  mappings: { properties?: { text?: { analyzer?: string } } }
  settings: { index: { analysis?: { analyzer?: { ngram?: { tokenizer?: string } } } } }
}

/**
 * Compares an index with what the search of Misskey 12 needs (packages/backend/src/db/elasticsearch.ts): the text of a
 * note cut into ngrams, without which no part of a word is found, and in Japanese next to nothing.
 * @returns each difference, as "NAME is SEEN, not NEEDED"
 */
export function differences({ mappings, settings }: IndexSeen): string[] {
  const facts = {
    'the analyzer of text': mappings.properties?.text?.analyzer ?? 'standard',
    'the tokenizer of ngram': settings.index.analysis?.analyzer?.ngram?.tokenizer ?? 'missing',
  }
  return Object.entries(facts)
    .filter(([, seen]) => seen !== 'ngram')
    .map(([what, seen]) => `${what} is ${seen}, not ngram`)
}
