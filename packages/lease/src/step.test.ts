import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Fault, type Options, type Run, simulate } from '../testing/simulation.js'
import type { Action, Claim, Event, Operation, State, View } from './protocol.js'
import { dueAt, initial, step } from './step.js'
import { profiles } from './timings.js'

const timings = profiles.default
const lengthMs = 240_000

const faults = fc.array(
  fc.record<Fault>({
    at: fc.integer({ min: 0, max: lengthMs }),
    pod: fc.nat(2),
    kind: fc.constantFrom(
      'freeze',
      'crash',
      'freeze-guard',
      'cut',
      'stop',
      'power-off',
      'forget',
      'remove',
      'replace',
    ),
    ms: fc.oneof(fc.integer({ min: 100, max: 5_000 }), fc.integer({ min: 5_000, max: 60_000 })),
  }),
  { maxLength: 12 },
)
const rate = fc.double({ min: 0.9, max: 1.1, noNaN: true })
const scenario = fc.record({
  rates: fc.array(rate, { minLength: 2, maxLength: 3 }),
  seed: fc.integer(),
  faults,
})

/** Pairs of servers that were alive at the same time. */
function overlaps({ servers }: Run): string[] {
  const sorted = [...servers].sort((a, b) => a.from - b.from)
  return sorted.flatMap((one, index) =>
    sorted
      .slice(index + 1)
      .filter(other => other.from < one.to)
      .map(
        other =>
          `${one.pod} of epoch ${one.epoch} until ${one.to}, ${other.pod} of ${other.epoch} from ${other.from}`,
      ),
  )
}

function check(options: Partial<Options>, runs: number) {
  return fc.check(
    fc.property(scenario, given => {
      const run = simulate({ timings, lengthMs, ...given, ...options })
      expect(overlaps(run)).toEqual([])
    }),
    { numRuns: runs, seed: 12_119, endOnFailure: true },
  )
}

test('no two servers are ever alive at the same time', () => {
  const { failed, counterexample, errorInstance } = check({}, 2_000)
  expect({ failed, counterexample, errorInstance }).toMatchObject({ failed: false })
})

test('nor two that reach the volume, where the site fences the node of a silent holder', () => {
  const { failed, counterexample, errorInstance } = check({ fences: true }, 2_000)
  expect({ failed, counterexample, errorInstance }).toMatchObject({ failed: false })
})

describe('the test finds two servers when', () => {
  test.each<[string, Partial<Options>]>([
    ['the window is shorter than the lease', { timings: { ...timings, window: 12_000 } }],
    ['there is no guard', { mutation: 'no-guard' }],
    ['the heartbeat is not read again', { mutation: 'heartbeat-not-read-again' }],
    ['the claim is not read again', { mutation: 'claim-not-read-again' }],
    ['the fence has no effect', { fences: true, mutation: 'fence-without-effect' }],
  ])('%s', (_, mutation) => {
    expect(check(mutation, 500)).toMatchObject({ failed: true })
  })
})

const calm = { timings, lengthMs, calm: true, seed: 1, rates: [1, 1.05] }

test('while all is well, one server runs, under one epoch', () => {
  const { servers, claims } = simulate({ ...calm, faults: [] })
  expect(claims.length).toBe(1)
  expect(servers).toEqual([expect.objectContaining({ epoch: 1, to: lengthMs })])
})

test.each([
  [
    'is lost, another pod takes over after the window',
    'power-off',
    false,
    timings.window,
    timings.window + 3_000,
  ],
  [
    'is lost and fenced, another pod takes over after a silence',
    'power-off',
    true,
    timings.silence,
    timings.silence + 4_000,
  ],
  [
    'is stopped in order, another pod takes over at its next look',
    'stop',
    false,
    0,
    2 * timings.renew + 1_500,
  ],
] as const)('when the pod that holds the lease %s', (_, kind, fences, least, most) => {
  const [first] = simulate({ ...calm, faults: [] }).servers
  const pod = Number(first?.pod.replace('pod-', ''))
  const at = 60_000
  const { servers } = simulate({ ...calm, fences, faults: [{ at, pod, kind, ms: lengthMs }] })
  const [one, two, ...more] = servers
  expect(more).toEqual([])
  expect(two?.epoch).toBe(2)
  const gap = (two?.from ?? 0) - (one?.to ?? 0)
  expect(gap).toBeGreaterThanOrEqual(least * 0.9)
  expect(gap).toBeLessThan(most)
})

describe('by its own clock', () => {
  const owner = { id: 'ours', name: 'the release' }
  const others: Claim = {
    epoch: 7,
    owner,
    nonce: 'theirs',
    holder: 'one',
    member: 'one',
    address: '192.0.2.11',
  }
  const heartbeat = { epoch: 7, beat: 1, released: false }
  const config = { timings, owner, nonce: 'ours', holder: 'two', member: 'two' }
  const answerMs = 10

  /** Looks at what does not change, until it asks for something else. @returns what, and how long its last look was after its first */
  function watch(candidate: State, view: View, fences: boolean): [Operation | undefined, number] {
    const does = (event: Event, now: number) => step({ ...config, fences }, state, event, now)[0]
    let state = candidate
    const looks: number[] = []
    while (true) {
      if (!state.running) state = does({ name: 'tick' }, dueAt(state))
      const { operation, since = 0 } = state.running ?? {}
      if (operation?.name !== 'look') return [operation, (looks.at(-1) ?? 0) - (looks[0] ?? 0)]
      looks.push(since)
      state = does({ name: 'answer', answer: { view } }, since + answerMs)
    }
  }

  test.each([
    ['claims the next epoch after the window', false, 'claim', timings.window],
    ['has the node of the holder fenced after the silence', true, 'fence', timings.silence],
  ] as const)('a candidate %s, and not a look later', (_, fences, name, ms) => {
    const view = { claim: others, heartbeat, empty: false }
    const [operation, after] = watch(initial(), view, fences)
    expect([operation?.name, after]).toEqual([name, ms + answerMs])
  })

  /** A candidate sees this, and its claim is answered `ms` later. @returns the claim, and what it does then */
  function claims(view: View, ms: number): [Operation | undefined, State, Action['name'][]] {
    const [looking] = step(config, initial(), { name: 'tick' }, 1_000)
    const [claiming] = step(config, looking, { name: 'answer', answer: { view } }, 1_010)
    const [after, actions] = step(config, claiming, { name: 'answer', answer: { holds: true } }, 1_010 + ms)
    return [claiming.running?.operation, after, actions.map(({ name }) => name)]
  }

  test('the first claim of a volume, won late, is watched for the window: that of a pod whose server runs may have been removed', () => {
    const [claim, late, does] = claims({ empty: true }, timings.operation + 1)
    expect([claim, does]).toEqual([{ name: 'claim', epoch: 1 }, ['operate']])
    const ours = { ...others, epoch: 1, nonce: 'ours' }
    const view = { claim: ours, heartbeat: { epoch: 1, beat: 0, released: false }, empty: false }
    const [operation, after] = watch(late, view, false)
    expect([operation, after]).toEqual([
      { name: 'claim', epoch: 2, after: 'ours' },
      timings.window + answerMs,
    ])
  })

  test('a claim after another one may be slow, as on a volume that takes 3 s for each of its files', () => {
    const view = { claim: others, heartbeat: { ...heartbeat, released: true }, empty: false }
    const next = { name: 'claim', epoch: 8, after: 'theirs' }
    const [claim, { role }, does] = claims(view, 9_000)
    expect([claim, role, does]).toEqual([next, 'holder', ['permit', 'operate']])
    const [, late] = claims(view, timings.lease)
    expect(late.role).toBe('candidate')
  })
})

test('a pod never has its own node fenced: it waits for the window', () => {
  const lost = { at: 60_000, pod: 0, kind: 'power-off', ms: 1_000 } as const
  const { servers } = simulate({ ...calm, rates: [1], fences: true, faults: [lost] })
  const [one, two] = servers
  expect((two?.from ?? 0) - (one?.to ?? 0)).toBeGreaterThan(timings.window * 0.9)
})

test('a sidecar that is started again within the lease goes on with it', () => {
  const crash = { at: 60_000, pod: 0, kind: 'crash', ms: 5_000 } as const
  const { servers, claims } = simulate({ ...calm, rates: [1], faults: [crash] })
  expect([servers.length, claims.length]).toEqual([1, 1])
})

test('after a NAS that was away for longer than the lease, the same pod goes on under the next epoch', () => {
  const cut = { at: 60_000, pod: 0, kind: 'cut', ms: 60_000 } as const
  const { servers } = simulate({ ...calm, rates: [1], faults: [cut] })
  expect(servers.map(({ epoch, pod }) => [epoch, pod])).toEqual([
    [1, 'pod-0'],
    [2, 'pod-0'],
  ])
  expect((servers[1]?.from ?? 0) - 120_000).toBeLessThan(5_000)
})

describe('a pod that Kubernetes has given up, and that still renews, gives the lease to the pod that replaces it', () => {
  const replace = { at: 60_000, pod: 0, kind: 'replace', ms: 0 } as const

  test('in order, and never gets it back', () => {
    const { servers } = simulate({ ...calm, rates: [1], faults: [replace] })
    expect(servers.map(({ epoch, pod, inOrder }) => [epoch, pod, inOrder])).toEqual([
      [1, 'pod-0', true],
      [2, 'pod-1', undefined],
    ])
    expect((servers[1]?.from ?? 0) - replace.at).toBeLessThan(15_000)
    expect(servers[1]?.to).toBe(lengthMs)
  })

  test('and takes it again when that one is lost', () => {
    const lost = { at: 120_000, pod: 0, kind: 'power-off', ms: lengthMs } as const
    const { servers } = simulate({ ...calm, rates: [1], faults: [replace, lost] })
    expect(servers.map(({ pod }) => pod)).toEqual(['pod-0', 'pod-1', 'pod-0'])
  })

  test('but not to a pod of another member, which waits', () => {
    const { servers } = simulate({ ...calm, faults: [] })
    expect(servers.length).toBe(1)
  })
})
