import type { ApiServer } from '@bluecore/api-server'
import { initial, type State } from '@bluecore/lease'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Announcer, announceLease } from './announce.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  const calls: [method: string, path: string, body: unknown][] = []
  const state = initial()
  const answer = { status: 200, text: '{}' }
  const api: ApiServer = {
    address: '10.43.0.1:443',
    namespace: 'home',
    async call(method, path, body) {
      calls.push([method, path, body])
      return answer
    },
  }
  const holder = { member: 'redis-2', holder: 'redis-2-x on worker1', profile: 'default' } as const
  let changed = () => {}
  const keeper = {
    state: () => state,
    onChange(listener: () => void) {
      changed = listener
    },
  }
  const become = (now: Partial<State>) => {
    Object.assign(state, now)
    changed()
  }
  const announcer: Announcer = announceLease(
    { name: 'redis', release: 'bluecore' },
    keeper,
    holder,
    api,
    pino({ level: 'silent' }),
  )
  return { calls, become, answer, announcer }
}

test('the holder has the Service, and is shown; others say nothing', async () => {
  const { calls, become, announcer } = setUp()
  become({ epoch: 6 })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(calls).toEqual([])
  become({ role: 'holder', epoch: 7 })
  await vi.advanceTimersByTimeAsync(0)
  expect(calls).toEqual([
    [
      'PATCH',
      '/api/v1/namespaces/home/services/redis-sv?fieldManager=bluecore-lease',
      {
        spec: { selector: { 'app.kubernetes.io/name': 'redis-2', 'app.kubernetes.io/instance': 'bluecore' } },
      },
    ],
    [
      'PATCH',
      '/apis/coordination.k8s.io/v1/namespaces/home/leases/redis?fieldManager=bluecore-lease',
      {
        spec: {
          holderIdentity: 'redis-2-x on worker1',
          leaseTransitions: 7,
          leaseDurationSeconds: 15,
          acquireTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
          renewTime: expect.stringMatching(/\.\d{6}Z$/),
        },
      },
    ],
  ])
  announcer.stop()
})

test('it is told again every 10 s while the lease is held, and at once under another epoch', async () => {
  const { calls, become, announcer } = setUp()
  become({ role: 'holder', epoch: 7 })
  await vi.advanceTimersByTimeAsync(9_000)
  expect(calls).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(calls).toHaveLength(4)
  become({ role: 'candidate', epoch: 8 })
  await vi.advanceTimersByTimeAsync(20_000)
  expect(calls).toHaveLength(4)
  become({ role: 'holder', epoch: 9 })
  await vi.advanceTimersByTimeAsync(0)
  expect(calls).toHaveLength(6)
  announcer.stop()
  await vi.advanceTimersByTimeAsync(20_000)
  expect(calls).toHaveLength(6)
})

test('an epoch that begins while the one before is told is told afterwards', async () => {
  const { calls, become, announcer } = setUp()
  become({ role: 'holder', epoch: 7 })
  become({ epoch: 8 })
  await vi.advanceTimersByTimeAsync(0)
  expect(calls).toHaveLength(4)
  expect(calls[3]?.[2]).toMatchObject({ spec: { leaseTransitions: 8 } })
  announcer.stop()
})

test('a refusal is told in words until it works', async () => {
  const { become, answer, announcer } = setUp()
  Object.assign(answer, { status: 403, text: '{"message":"services \\"redis-sv\\" is forbidden"}' })
  become({ role: 'holder', epoch: 1 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(announcer.failure()).toBe(
    'PATCH /api/v1/namespaces/home/services/redis-sv?fieldManager=bluecore-lease was refused: services "redis-sv" is forbidden',
  )
  answer.status = 200
  await vi.advanceTimersByTimeAsync(2_000)
  expect(announcer.failure()).toBeUndefined()
  announcer.stop()
})
