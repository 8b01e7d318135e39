import { expect, test } from 'vitest'
import { PermanentError } from './errors.js'
import { retry } from './retry.js'

/** Fails with each of the reasons in turn, then succeeds; a PermanentError is thrown as it is. */
function attempts(...reasons: (string | Error)[]) {
  const left = [...reasons]
  return async () => {
    const next = left.shift()
    if (next === undefined) return 'done'
    throw typeof next === 'string' ? new Error(next) : next
  }
}

test('each new reason is logged once', async () => {
  const logged: string[] = []
  const attempt = attempts('refused', 'refused', 'starting', 'starting', 'refused')
  const options = { timeoutMs: 5_000, everyMs: 1, log: (line: string) => logged.push(line) }
  expect(await retry('redis', attempt, options)).toBe('done')
  expect(logged).toEqual([
    'waiting for redis: refused',
    'waiting for redis: starting',
    'waiting for redis: refused',
  ])
})

test('the same reason is logged again after a while', async () => {
  const logged: string[] = []
  const options = { timeoutMs: 5_000, everyMs: 5, remindMs: 8, log: (line: string) => logged.push(line) }
  await retry('redis', attempts(...Array<string>(6).fill('refused')), options)
  expect(logged.length).toBeGreaterThan(1)
  expect(logged.length).toBeLessThan(6)
})

test('on timeout it fails with the last reason', async () => {
  const attempt = attempts(...Array<string>(100).fill('refused'))
  const waiting = retry('redis', attempt, { timeoutMs: 30, everyMs: 10, log: () => {} })
  await expect(waiting).rejects.toThrow(/^timed out after \d+ s waiting for redis: refused$/)
})

test('a permanent error is not retried', async () => {
  const logged: string[] = []
  const waiting = retry('redis', attempts(new PermanentError('wrong mapping')), {
    timeoutMs: 5_000,
    log: line => logged.push(line),
  })
  await expect(waiting).rejects.toThrow('wrong mapping')
  expect(logged).toEqual([])
})

test('it stops when its signal is aborted', async () => {
  const signal = AbortSignal.timeout(10)
  const waiting = retry('redis', attempts('refused'), {
    timeoutMs: 60_000,
    everyMs: 10_000,
    signal,
    log: () => {},
  })
  await expect(waiting).rejects.toThrow('aborted')
})
