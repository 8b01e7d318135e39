import { expect, test } from 'vitest'
import { mustStay, standInLabel } from './tags.js'

const name = 'registry.example/team/library/redis:7'
const standsInFor = 'library/redis:7'
const taken = { name, tag: standsInFor, digest: 'sha256:1', labels: {} }
const standIn = { [standInLabel]: standsInFor }

test.each([
  [
    'another image',
    taken,
    false,
    /redis:7 already points to a different image \(sha256:1\)\. .* pass --move\.$/,
  ],
  ['another image, --move', taken, true, undefined],
  [
    'a genuine image, for a stand-in',
    { ...taken, standsInFor },
    false,
    /not a stand-in of ours .* delete the tag/,
  ],
  ['a genuine image, for a stand-in, --move', { ...taken, standsInFor }, true, /not a stand-in of ours/],
  ['a genuine image, in a registry of one’s own', { ...taken, standsInFor }, 'any' as const, undefined],
  ['another name of a stand-in', { ...taken, tag: 'bluecore/redis:7', standsInFor }, false, /pass --move/],
  ['a stand-in, for a newer one', { ...taken, standsInFor, labels: standIn }, false, undefined],
  ['a stand-in, for the genuine image', { ...taken, labels: standIn }, false, undefined],
  ['latest', { ...taken, tag: 'x:latest' }, false, undefined],
])('a tag that points to %s', (_, tag, move, expected) => {
  if (expected) expect(mustStay(tag, move)).toMatch(expected)
  else expect(mustStay(tag, move)).toBeUndefined()
})
