import { expect, test } from 'vitest'
import { reason } from './errors.js'

test.each<[string, unknown, string]>([
  ['an error', new Error('connection refused'), 'connection refused'],
  ['one without a message', new TypeError(), 'TypeError'],
  [
    'fetch, which hides the cause',
    new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }),
    'ECONNREFUSED',
  ],
  [
    'two addresses of one name',
    new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
    '::1 refused; 127.0.0.1 refused',
  ],
  ['the same twice', new AggregateError([new Error('refused'), new Error('refused')]), 'refused'],
  ['no error at all', 'text', 'text'],
])('the reason of %s', (_, error, expected) => expect(reason(error)).toBe(expected))
