import { expect, test } from 'vitest'
import { diskWarnings, isPassed, readMarks } from './watermarks.js'

const gib = 1024 ** 3
const room = (freeGib: number) => ({ total_in_bytes: 100 * gib, available_in_bytes: freeGib * gib })

test.each([
  ['85%', 16, false],
  ['85%', 14, true],
  ['0.85', 16, false],
  ['0.85', 14, true],
  ['15gb', 16, false],
  ['15gb', 14, true],
  ['15360mb', 14, true],
  ['15 GB', 14, true],
  ['900tb', 99, true],
  ['0b', 0, false],
  ['', 0, false],
  ['much', 0, false],
])('a mark at "%s" with %d of 100 GiB free', (mark, free, expected) => {
  expect(isPassed(mark, room(free))).toBe(expected)
})

const marks = { low: '85%', high: '90%', flood_stage: '95%' }

test.each([
  [16, undefined],
  [14, 'the disk has passed the watermark low (85%), 14336 of 102400 MiB are free: at the flood stage'],
  [9, 'the disk has passed the watermark high (90%), 9216 of'],
  [
    4,
    'the disk has passed the watermark flood_stage (95%), 4096 of 102400 MiB are free: its indices are read-only',
  ],
])('with %d of 100 GiB free, the worst mark is told', (free, expected) => {
  const warnings = diskWarnings(marks, room(free))
  expect(warnings).toEqual(expected ? [expect.stringContaining(expected)] : [])
})

const prefix = 'cluster.routing.allocation.disk'
const defaults = {
  [`${prefix}.threshold_enabled`]: 'true',
  [`${prefix}.watermark.low`]: '85%',
  [`${prefix}.watermark.high`]: '90%',
  [`${prefix}.watermark.flood_stage`]: '95%',
}

test('a transient setting counts more than a persistent one, and that more than a default', () => {
  const persistent = { [`${prefix}.watermark.low`]: '80%', [`${prefix}.watermark.high`]: '91%' }
  const transient = { [`${prefix}.watermark.low`]: '70%' }
  expect(readMarks({ defaults, persistent, transient })).toEqual({ ...marks, low: '70%', high: '91%' })
})

test('a disk that is not looked at has no marks', () => {
  expect(readMarks({ defaults, transient: { [`${prefix}.threshold_enabled`]: 'false' } })).toBeUndefined()
})
