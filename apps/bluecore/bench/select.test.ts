import { expect, test } from 'vitest'
import { selected } from './select.js'

const all = [
  { numbers: [1], name: 'server-killed' },
  { numbers: [3], name: 'sidecar-frozen' },
  { numbers: [8], name: 'partition-90-s' },
  { numbers: [8], name: 'partition-420-s' },
  { numbers: [16, 23], name: 'enospc' },
]
const names = (only?: string) => selected(all, only).map(({ name }) => name)

test.each([
  [undefined, all.map(({ name }) => name)],
  ['3', ['sidecar-frozen']],
  ['8,1', ['server-killed', 'partition-90-s', 'partition-420-s']],
  ['23, enospc', ['enospc']],
  ['partition-420-s', ['partition-420-s']],
])('--only %s', (only, expected) => expect(names(only)).toEqual(expected))

test('what is unknown is named, beside what there is', () => {
  expect(() => names('3,77,x')).toThrow(
    '--only: no scenario is called "77", "x". There are:\n  1       server-killed',
  )
})
