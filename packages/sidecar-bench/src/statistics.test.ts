import { expect, test } from 'vitest'
import { median, quantile } from './statistics.js'

test.each([
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2],
  [[1], 0.99, 1],
  [Array.from({ length: 200 }, (_, index) => 200 - index), 0.99, 198],
])('of %j, %d', (values, part, expected) => expect(quantile(values, part)).toBe(expected))

test('an empty list has no median', () => expect(median([])).toBeNaN())
