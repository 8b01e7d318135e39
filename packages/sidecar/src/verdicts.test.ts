import { expect, test } from 'vitest'
import { type Condition, conditions } from './check.js'
import { livez, type Readiness, readyz, startupz } from './verdicts.js'
import type { CheckView } from './watch.js'

function checks(...found: Condition[]): CheckView[] {
  return found.map((condition, index) => ({
    name: `check-${index}`,
    subject: 'server',
    advisory: false,
    condition,
    message: `seen ${index}`,
    warnings: [],
  }))
}

function volume(condition: Condition): CheckView {
  return { ...(checks(condition)[0] as CheckView), name: 'storage', subject: 'volume' }
}

test.each([
  ['nothing answered yet', false, checks('refused'), 'fail', 'check-0 is refused: seen 0'],
  ['it answered that it starts', true, checks('starting'), 'pass', 'the server has responded'],
  ['it answered and is silent now', true, checks('frozen'), 'pass', 'the server has responded'],
] as const)('/startupz when %s', (_, started, seen, status, reason) => {
  expect(startupz({ started, checks: seen })).toEqual({ status, reason })
})

const advisory = { ...(checks('frozen')[0] as CheckView), name: 'internals', advisory: true }
const warned = { ...(checks('up')[0] as CheckView), warnings: ['nearly full', 'slow'] }

test.each([
  ['every check is well', checks('up', 'up'), false, 'pass', 'all checks pass'],
  ['the sidecar is stopping', checks('up'), true, 'fail', 'this sidecar is shutting down'],
  ['it starts', checks('starting'), false, 'fail', 'check-0 is starting: seen 0'],
  ['it is full', checks('saturated'), false, 'warn', 'check-0 is saturated: seen 0'],
  ['a result is old', checks('up', 'unknown'), false, 'fail', 'check-1 is unknown: seen 1'],
  [
    'two are degraded',
    checks('auth', 'readonly'),
    false,
    'warn',
    'check-0 is auth: seen 0; check-1 is readonly: seen 1',
  ],
  [
    'one is degraded and one is unusable',
    checks('readonly', 'frozen'),
    false,
    'fail',
    'check-0 is readonly: seen 0; check-1 is frozen: seen 1',
  ],
  ['the volume hangs', [volume('storage-hung')], false, 'fail', 'storage is storage-hung: seen 0'],
  ['nothing is known of the volume', [volume('unknown')], false, 'warn', 'storage is unknown: seen 0'],
  ['it warns', [warned], false, 'warn', 'check-0 warns: nearly full; check-0 warns: slow'],
  ['an advisory check is unwell', [advisory], false, 'warn', 'internals is frozen: seen 0'],
  ['it warns and fails', [warned, ...checks('frozen')], false, 'fail', 'check-0 is frozen: seen 0'],
] as const)('/readyz when %s', (_, seen, stopping, status, reason) => {
  expect(readyz({ checks: seen }, stopping, 'usable')).toEqual({ status, reason })
})

test('with one instance a degraded server stays in service; where there are several, clients have another', () => {
  const failing = (readiness: Readiness) =>
    conditions.filter(found => readyz({ checks: checks(found) }, false, readiness).status === 'fail')
  expect(failing('usable')).toEqual(['refused', 'starting', 'storage-hung', 'no-lease', 'frozen', 'unknown'])
  expect(failing('strict')).toEqual(conditions.filter(found => found !== 'up'))
  expect(readyz({ checks: [advisory, warned] }, false, 'strict').status).toBe('warn')
})

const silent = { started: true, answered: true, silentMs: 60_000, starting: false, checks: checks('frozen') }

test.each([
  ['it answers', { silentMs: 0, checks: checks('up') }, 'pass', 'the server responds'],
  ['it never answered', { answered: false, checks: checks('refused') }, 'pass', 'no response yet'],
  ['it is silent for less than the limit', { silentMs: 59_999 }, 'pass', 'silent for 59 s'],
  ['it is silent for the limit', {}, 'fail', 'no response for 60 s: check-0 is frozen: seen 0'],
  [
    'it refuses for the limit',
    { checks: checks('refused') },
    'fail',
    'no response for 60 s: check-0 is refused: seen 0',
  ],
  [
    'it was starting when it fell silent',
    { starting: true },
    'pass',
    'it was starting or stopping when it last responded',
  ],
  ...(['storage-hung', 'persistence', 'readonly', 'unknown'] as const).map(
    condition =>
      [
        `its volume is ${condition}`,
        { checks: [...checks('frozen'), volume(condition)] },
        'pass',
        `the volume is ${condition}: a restart would not help`,
      ] as const,
  ),
  [
    'its volume is well',
    { checks: [...checks('frozen'), volume('up')] },
    'fail',
    'no response for 60 s: check-0 is frozen: seen 0',
  ],
  ['the results are old', { checks: checks('unknown') }, 'pass', 'no current result'],
  [
    'it answers with a failed save',
    { silentMs: 0, checks: checks('persistence') },
    'pass',
    'the server responds',
  ],
] as const)('/livez when %s', (_, change, status, reason) => {
  expect(livez({ ...silent, ...change }, 60_000)).toEqual({ status, reason })
})

test('a standby is started and alive without a server, and ready while its volume is', () => {
  const view = { started: false, answered: true, silentMs: 90_000, starting: false, standbyOf: 'dbserver-1' }
  const well = { ...view, checks: [...checks('refused'), volume('up')] }
  const verdict = { status: 'pass', reason: 'standby of dbserver-1' }
  expect(startupz(well)).toEqual(verdict)
  expect(readyz(well, false, 'usable')).toEqual(verdict)
  expect(livez(well, 60_000)).toEqual(verdict)
  const hung = { ...view, checks: [...checks('refused'), volume('storage-hung')] }
  expect(readyz(hung, false, 'usable')).toEqual({
    status: 'fail',
    reason: 'storage is storage-hung: seen 0',
  })
})
