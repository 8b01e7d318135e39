import { expect, test } from 'vitest'
import { LabError } from './lab-error.js'
import { waitFor } from './wait.js'

test('returns the first answer that is not "not yet"', async () => {
  const answers = [undefined, false as const, 'here']
  expect(
    await waitFor(async () => answers.shift(), { what: 'it comes', timeoutMs: 5_000, intervalMs: 1 }),
  ).toBe('here')
})

test('a timeout says what was waited for, the last error, what the log says, and what to do', async () => {
  const error = await waitFor(() => Promise.reject(new Error('connection refused')), {
    what: 'the API server answers',
    timeoutMs: 20,
    intervalMs: 1,
    log: async () => ['etcd is missing'],
    todo: 'npm start',
  }).catch(error => error)
  expect(error).toBeInstanceOf(LabError)
  expect(error.message).toBe(
    'timed out after 0 s waiting for this: the API server answers: connection refused',
  )
  expect(error.seen).toEqual(['etcd is missing'])
  expect(error.todo).toBe('npm start')
})

test('a log that cannot be read does not hide what failed', async () => {
  const log = () => Promise.reject(new Error('no such container'))
  await expect(waitFor(async () => false, { what: 'it runs', timeoutMs: 1, log })).rejects.toThrow(
    'waiting for this: it runs',
  )
})
