import { expect, test } from 'vitest'
import { LabError } from './exec.js'
import { waitFor } from './wait.js'

test('gives the first answer that is not "not yet"', async () => {
  const answers = [undefined, false as const, 'here']
  expect(
    await waitFor(async () => answers.shift(), { what: 'it comes', timeoutMs: 5_000, intervalMs: 1 }),
  ).toBe('here')
})

test('says at the end what was waited for, why not, what the log says, and what to do', async () => {
  const error = await waitFor(() => Promise.reject(new Error('connection refused')), {
    what: 'the API server answers',
    timeoutMs: 20,
    intervalMs: 1,
    log: async () => ['etcd is missing'],
    todo: 'npm start',
  }).catch(error => error)
  expect(error).toBeInstanceOf(LabError)
  expect(error.message).toBe('waited 0 s in vain for this: the API server answers: connection refused')
  expect(error.seen).toEqual(['etcd is missing'])
  expect(error.todo).toBe('npm start')
})

test('a log that cannot be read does not hide what failed', async () => {
  const log = () => Promise.reject(new Error('no such container'))
  await expect(waitFor(async () => false, { what: 'it runs', timeoutMs: 1, log })).rejects.toThrow(
    'in vain for this: it runs',
  )
})
