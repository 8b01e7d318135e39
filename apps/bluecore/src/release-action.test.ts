import { expect, test } from 'vitest'
import { releaseAction } from './release-action.js'

const history = (...states: string[]) => states.map((status, index) => ({ revision: index + 1, status }))

test.each([
  ['there is no release', [], { do: 'install' }],
  ['the first install was killed', ['pending-install'], { do: 'uninstall, then install' }],
  ['the first install failed', ['failed'], { do: 'uninstall, then install' }],
  ['neither the install nor an upgrade succeeded', ['failed', 'failed'], { do: 'uninstall, then install' }],
  ['an uninstall was killed', ['superseded', 'uninstalling'], { do: 'uninstall, then install' }],
  ['an upgrade failed', ['deployed', 'failed'], { do: 'upgrade' }],
  ['two upgrades failed', ['superseded', 'deployed', 'failed', 'failed'], { do: 'upgrade' }],
  [
    'an upgrade was killed',
    ['superseded', 'deployed', 'pending-upgrade'],
    { do: 'forget, then upgrade', revision: 3 },
  ],
  [
    'an upgrade was killed after one that failed',
    ['deployed', 'failed', 'pending-upgrade'],
    { do: 'forget, then upgrade', revision: 3 },
  ],
  [
    'a rollback was killed',
    ['superseded', 'superseded', 'pending-rollback'],
    { do: 'forget, then upgrade', revision: 3 },
  ],
] as const)('%s', (_, states, action) => {
  // Nothing else differs: an interrupted operation alone is reason enough to act.
  expect(releaseAction(history(...states), false)).toEqual(action)
})

test('a deployed release is upgraded only when something changed', () => {
  expect(releaseAction(history('superseded', 'deployed'), false)).toEqual({ do: 'nothing' })
  expect(releaseAction(history('superseded', 'deployed'), true)).toEqual({ do: 'upgrade' })
})
