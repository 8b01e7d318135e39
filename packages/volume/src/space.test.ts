import { expect, test } from 'vitest'
import { isLow, mebibytes, spaceOf } from './space.js'

const mebi = 2 ** 20
const space = { free: 900 * mebi, size: 1_000 * mebi, freeFiles: 900, files: 1_000 }

test.each([
  ['plenty', {}, { bytes: false, inodes: false }],
  ['exactly a tenth', { free: 100 * mebi, freeFiles: 100 }, { bytes: false, inodes: false }],
  ['less than a tenth of the bytes', { free: 100 * mebi - 1 }, { bytes: true, inodes: false }],
  ['less than a tenth of the inodes', { freeFiles: 99 }, { bytes: false, inodes: true }],
  ['a large share of a small volume', { free: 63 * mebi, size: 128 * mebi }, { bytes: true, inodes: false }],
  ['inodes are not counted', { freeFiles: 0, files: 0 }, { bytes: false, inodes: false }],
])('%s', (_, change, low) => expect(isLow({ ...space, ...change })).toEqual(low))

test('the space of a real file system', () => {
  const { free, size } = spaceOf('/')
  expect(free).toBeGreaterThan(0)
  expect(size).toBeGreaterThan(free)
})

test('MiB are rounded down', () => expect(mebibytes(2 * mebi - 1)).toBe(1))
