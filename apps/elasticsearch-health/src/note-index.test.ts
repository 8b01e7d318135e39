import { expect, test } from 'vitest'
import { differences, type IndexSeen } from './note-index.js'

const analysis = { analyzer: { ngram: { tokenizer: 'ngram' } } }
const text = { type: 'text', analyzer: 'ngram' }

test.each<[string, IndexSeen, string[]]>([
  ['as Misskey makes it', { settings: { index: { analysis } }, mappings: { properties: { text } } }, []],
  [
    'as Elasticsearch makes it for a first note',
    { settings: { index: {} }, mappings: { properties: { text: {} } } },
    ['the analyzer of text is standard, not ngram', 'the tokenizer of ngram is missing, not ngram'],
  ],
  [
    'with an analyzer of that name that is another',
    {
      settings: { index: { analysis: { analyzer: { ngram: { tokenizer: 'standard' } } } } },
      mappings: { properties: { text } },
    },
    ['the tokenizer of ngram is standard, not ngram'],
  ],
  [
    'without a field',
    { settings: { index: { analysis } }, mappings: {} },
    ['the analyzer of text is standard, not ngram'],
  ],
])('an index %s', (_, seen, expected) => expect(differences(seen)).toEqual(expected))
