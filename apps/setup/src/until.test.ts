import { expect, test } from 'vitest'
import { Refusal } from './failure.js'
import { until } from './until.js'

/** Fails with each of the reasons in turn, then succeeds; a Refusal is thrown as it is. */
function attempts(...reasons: (string | Error)[]) {
  const left = [...reasons]
  return async () => {
    const next = left.shift()
    if (next === undefined) return 'done'
    throw typeof next === 'string' ? new Error(next) : next
  }
}

test('each new reason is said once', async () => {
  const said: string[] = []
  const attempt = attempts('refused', 'refused', 'starting', 'starting', 'refused')
  const patience = { timeoutMs: 5_000, everyMs: 1, say: (line: string) => said.push(line) }
  expect(await until('redis', attempt, patience)).toBe('done')
  expect(said).toEqual([
    'waiting for redis: refused',
    'waiting for redis: starting',
    'waiting for redis: refused',
  ])
})

test('the same reason is said again after a while', async () => {
  const said: string[] = []
  const patience = { timeoutMs: 5_000, everyMs: 5, remindMs: 8, say: (line: string) => said.push(line) }
  await until('redis', attempts(...Array<string>(6).fill('refused')), patience)
  expect(said.length).toBeGreaterThan(1)
  expect(said.length).toBeLessThan(6)
})

test('when the time is up it gives up with the last reason', async () => {
  const attempt = attempts(...Array<string>(100).fill('refused'))
  const waiting = until('redis', attempt, { timeoutMs: 30, everyMs: 10, say: () => {} })
  await expect(waiting).rejects.toThrow(/^gave up waiting for redis after \d+ s: refused$/)
})

test('a refusal is final', async () => {
  const said: string[] = []
  const waiting = until('redis', attempts(new Refusal('wrong mapping')), {
    timeoutMs: 5_000,
    say: line => said.push(line),
  })
  await expect(waiting).rejects.toThrow('wrong mapping')
  expect(said).toEqual([])
})

test('it ends when it is told to', async () => {
  const signal = AbortSignal.timeout(10)
  const waiting = until('redis', attempts('refused'), {
    timeoutMs: 60_000,
    everyMs: 10_000,
    signal,
    say: () => {},
  })
  await expect(waiting).rejects.toThrow('aborted')
})
