import { expect, test } from 'vitest'
import { type IndexDefinition, noteIndex, noteIndexDifferences } from './note-index.js'

const settings = { index: { analysis: { analyzer: { ngram: { tokenizer: 'ngram' } } } } }
const keyword = { type: 'keyword' }
const right = { text: { type: 'text', analyzer: 'ngram' }, userId: keyword, userHost: keyword }

test.each<[string, IndexDefinition, string[]]>([
  ['as Misskey creates it', { settings: { index: noteIndex.settings }, mappings: noteIndex.mappings }, []],
  ['as Elasticsearch shows it', { settings, mappings: { properties: right } }, []],
  ['with an additional field', { settings, mappings: { properties: { ...right, tags: keyword } } }, []],
  [
    'as Elasticsearch creates it for a first note',
    {
      settings: { index: {} },
      mappings: {
        properties: { text: { type: 'text' }, userId: { type: 'text' }, userHost: { type: 'text' } },
      },
    },
    [
      'the analyzer of text is standard, not ngram',
      'the tokenizer of the analyzer ngram is missing, not ngram',
      'the type of userId is text, not keyword',
      'the type of userHost is text, not keyword',
    ],
  ],
  [
    'with another tokenizer in the analyzer of that name',
    {
      settings: { index: { analysis: { analyzer: { ngram: { tokenizer: 'standard' } } } } },
      mappings: { properties: right },
    },
    ['the tokenizer of the analyzer ngram is standard, not ngram'],
  ],
  [
    'empty',
    {},
    [
      'the type of text is missing, not text',
      'the analyzer of text is standard, not ngram',
      'the tokenizer of the analyzer ngram is missing, not ngram',
      'the type of userId is missing, not keyword',
      'the type of userHost is missing, not keyword',
    ],
  ],
])('an index %s', (_, seen, expected) => expect(noteIndexDifferences(seen)).toEqual(expected))
