import { expect, test } from 'vitest'
import { bothAlive, interleaved, longestGap } from './overlap.js'

const rows = (text: string) => [...text].map((writer, at) => ({ at: at * 100, writer }))

test.each([
  ['one writer', 'aaaa', []],
  ['a writer after another', 'aaabbb', []],
  ['a restart after another', 'aabbcc', []],
  ['two that take turns', 'aababb', [{ writers: ['a', 'b'], from: 200, to: 300 }]],
  ['one that comes back', 'aabbaa', [{ writers: ['a', 'b'], from: 200, to: 500 }]],
  [
    'one within another',
    'abca',
    [
      { writers: ['a', 'b'], from: 100, to: 300 },
      { writers: ['a', 'c'], from: 200, to: 300 },
    ],
  ],
])('%s', (_, text, overlaps) => expect(interleaved(rows(text))).toEqual(overlaps))

test('the order of the rows does not matter', () =>
  expect(interleaved(rows('aababb').toReversed())).toEqual([{ writers: ['a', 'b'], from: 200, to: 300 }]))

test('the time with two live servers is that from each moment with two to the next', () => {
  const pods = [['a'], ['a', 'b'], ['a', 'b'], ['b'], ['a', 'b']]
  expect(bothAlive(pods.map((now, index) => ({ at: index * 500, pods: now })))).toBe(1_000)
})

test.each([
  ['none is missing', [0, 100, 200, 300], 0, 300, 100],
  ['a gap', [0, 100, 5_100, 5_200], 0, 5_200, 5_000],
  ['a gap that lasts to the end', [0, 100], 0, 9_000, 8_900],
  ['a gap before the beginning does not count', [0, 9_000, 9_100], 9_000, 9_100, 100],
  ['a gap around the beginning counts whole', [0, 9_000], 1_000, 9_000, 9_000],
  ['no row', [], 0, 700, 700],
])('longest gap: %s', (_, times, from, to, gap) =>
  expect(
    longestGap(
      times.map(at => ({ at, writer: 'a' })),
      from,
      to,
    ),
  ).toBe(gap),
)
