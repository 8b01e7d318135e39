import { expect, test } from 'vitest'
import { differences, type IndexSeen } from './note-index.js'

const settings = { index: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } } }
const keyword = { type: 'keyword' }
const right = { text: { type: 'text', analyzer: 'ngram' }, userId: keyword, userHost: keyword }

test.each<[string, IndexSeen, string[]]>([
  ['as Misskey makes it', { settings, mappings: { properties: right } }, []],
  ['with a field more', { settings, mappings: { properties: { ...right, tags: keyword } } }, []],
  [
    'as Elasticsearch makes it for a first note',
    {
      settings: { index: {} },
      mappings: {
        properties: { text: { type: 'text' }, userId: { type: 'text' }, userHost: { type: 'text' } },
      },
    },
    [
      'the analyzer of text is standard, not ngram',
      'the tokenizer of ngram is undefined, not ngram',
      'the type of userId is text, not keyword',
      'the type of userHost is text, not keyword',
    ],
  ],
  [
    'with an analyzer of that name that is another',
    {
      settings: { index: { analysis: { analyzer: { ngram: { tokenizer: 'standard' } } } } },
      mappings: { properties: right },
    },
    ['the tokenizer of ngram is standard, not ngram'],
  ],
  [
    'empty',
    {},
    [
      'the type of text is undefined, not text',
      'the analyzer of text is standard, not ngram',
      'the tokenizer of ngram is undefined, not ngram',
      'the type of userId is undefined, not keyword',
      'the type of userHost is undefined, not keyword',
    ],
  ],
])('an index %s', (_, seen, expected) => expect(differences(seen)).toEqual(expected))
