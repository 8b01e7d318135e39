import { expect, test } from 'vitest'
import { refused } from './push-errors.js'

test.each([
  ['unknown: unknown error', 'unknown: unknown error. Look at its log and at the free space of its storage.'],
  ['received unexpected HTTP status: 503', /^received .* 503\. Look at its log/],
  ['denied: requested access to the resource is denied\n', /denied$/],
])('a push that fails with "%s"', (words, message) => {
  expect(refused(words).message).toMatch(message)
})
