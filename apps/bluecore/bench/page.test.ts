import { expect, test } from 'vitest'
import { byServer, type Result } from './judge.js'
import { page, pictureName, table } from './page.js'

const all = [
  { numbers: [1], name: 'killed', title: 'It is killed', outcome: 'it restarts', expected: { down: 5 } },
  {
    numbers: [16, 23],
    name: 'full',
    title: 'The volume is full',
    outcome: 'it waits',
    expected: { down: 5 },
  },
]
const result: Result = {
  name: 'killed',
  date: '2026-01-02T03:04:05.000Z',
  down: { dbserver: 4.25, redis: 0.3, elsearch: 0 },
  restarts: { dbserver: 1, redis: 0, elsearch: 0 },
  acknowledged: { dbserver: 100, redis: 20, elsearch: 3 },
  lost: byServer(() => 0),
  overlap: byServer(() => 0),
  notes: ['DNS 1 s'],
  missed: [],
}
const cells = (line = '') => line.split('|').map(cell => cell.trim())

test('a scenario that was run has its figures, one that was not says so', () => {
  const [, , killed, full] = table(all, { killed: result }).split('\n')
  expect(cells(killed).slice(1, -1)).toEqual([
    ...[
      '1',
      '[It is killed](01-killed.svg)',
      'it restarts',
      '4.3 / 0.3 / 0.0 s',
      '1 / 0 / 0',
      '123',
      '0',
      '0.0 s',
    ],
    'as expected; DNS 1 s',
  ])
  expect(cells(full).slice(1, 4)).toEqual(['16, 23', 'The volume is full', 'it waits'])
  expect(cells(full).at(-2)).toBe('not run')
})

test('what is not as expected stands out', () => {
  const [, , killed] = table(all, { killed: { ...result, missed: ['4.3 s without PostgreSQL'] } }).split('\n')
  expect(cells(killed).at(-2)).toBe('**4.3 s without PostgreSQL**; DNS 1 s')
})

test('the page says when it was measured, or that nothing was', () => {
  expect(page(all, {}, '2 cores')).toContain('No scenario has been run yet.')
  expect(page(all, { killed: result }, '2 cores')).toContain('Measured on 2026-01-02 in the lab, on 2 cores,')
})

test('pictures are sorted by number', () =>
  expect(all.map(pictureName)).toEqual(['01-killed.svg', '16-full.svg']))

test('what was measured at rest has a line for each server, and no section without', () => {
  const servers = byServer(() => ({ operations: 4.25, requests: 2, cpuPercent: 1, mebibytes: 40 }))
  const text = page(all, {}, '2 cores', [{ lease: true, seconds: 120, servers }])
  expect(cells(text.split('\n').find(line => line.startsWith('| Redis'))).slice(1, -1)).toEqual([
    ...['Redis', 'on', '4.3/s', '2.0/s', '1.0 % of a core', '40 MiB'],
  ])
  expect(page(all, {}, '2 cores')).not.toContain('## At rest')
})
