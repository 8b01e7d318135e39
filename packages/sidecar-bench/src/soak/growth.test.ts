import { expect, test } from 'vitest'
import { growthOf } from './growth.js'

const well = { rss: 60, anonymous: 20, files: 25, connections: 1, children: 0 }
const record = (change: (turn: number) => Partial<typeof well>) =>
  growthOf(Array.from({ length: 40 }, (_, turn) => ({ ...well, ...change(turn) })))
    .filter(({ grew }) => grew)
    .map(({ figure }) => figure)

test.each([
  ['nothing changes', () => ({}), []],
  ['memory goes up and down', (turn: number) => ({ rss: 60 + (turn % 4) * 5 }), []],
  ['memory grows while it begins', (turn: number) => ({ rss: turn < 4 ? 40 : 60 }), []],
  [
    'memory grows all the time',
    (turn: number) => ({ rss: 60 + turn * 0.2, anonymous: 20 + turn * 0.2 }),
    ['rss', 'anonymous'],
  ],
  ['a socket stays now and then', (turn: number) => ({ files: 25 + Math.floor(turn / 8) }), ['files']],
  ['a connection stays once', (turn: number) => ({ connections: turn < 20 ? 1 : 2 }), ['connections']],
  ['a child stays once', (turn: number) => ({ children: turn < 20 ? 0 : 1 }), ['children']],
])('%s', (_, change, grown) => expect(record(change)).toEqual(grown))

test('two failures are too few', () => {
  expect(() => growthOf([well, well])).toThrow('only 2 faults')
})
