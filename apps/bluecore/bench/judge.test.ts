import { expect, test } from 'vitest'
import { byServer, missedBy, type Result } from './judge.js'

const zero = () => byServer(() => 0)
const good: Omit<Result, 'missed'> = {
  name: 'x',
  date: '',
  down: zero(),
  restarts: zero(),
  acknowledged: byServer(() => 100),
  lost: zero(),
  overlap: zero(),
  notes: [],
}

test.each([
  ['all is as expected', {}, { down: 5, restarts: 0 }, []],
  [
    'a lost write of any server',
    { lost: { ...zero(), redis: 2 } },
    { down: 5 },
    ['2 acknowledged writes of Redis are lost'],
  ],
  [
    'two servers at a time',
    { overlap: { ...zero(), elsearch: 500 } },
    { down: 5 },
    ['two servers of Elasticsearch for 500 ms'],
  ],
  ['too long without', { down: { ...zero(), dbserver: 5.1 } }, { down: 5 }, ['5.1 s without PostgreSQL']],
  ['the others may take longer', { down: { ...zero(), elsearch: 50 } }, { down: 5 }, []],
  [
    'a restart',
    { restarts: { ...zero(), dbserver: 1 } },
    { down: 5, restarts: 0 },
    ['PostgreSQL was started again 1 times'],
  ],
  ['any number of restarts', { restarts: { ...zero(), dbserver: 3 } }, { down: 5 }, []],
  ['nothing lost without the lease', {}, { down: 5, lost: 'something' as const }, ['nothing is lost']],
  [
    'something lost without the lease, and both alive',
    { lost: { ...zero(), dbserver: 300 }, overlap: { ...zero(), dbserver: 20_000 } },
    { down: 5, lost: 'something' as const },
    [],
  ],
])('%s', (_, figures, expected, missed) =>
  expect(missedBy(expected, { ...good, ...figures })).toEqual(missed),
)
