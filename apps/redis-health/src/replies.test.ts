import { HealthError } from '@bluecore/sidecar'
import { expect, test } from 'vitest'
import { healthError } from './replies.js'

test.each([
  ['LOADING Redis is loading the dataset in memory', 'starting'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'readonly'],
  ["READONLY You can't write against a read only replica.", 'readonly'],
  ['BUSY Redis is busy running a script.', 'saturated'],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'saturated'],
  ['ERR max number of clients reached', 'saturated'],
  [
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
    'persistence',
  ],
  ['NOAUTH Authentication required.', 'auth'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'auth'],
  ['ERR invalid password', 'auth'],
  ['DENIED Redis is running in protected mode because protected mode is enabled', 'auth'],
  ['Connection is closed.', 'refused'],
  ['Command timed out', 'frozen'],
])('%s: `%s`', (message, healthClass) => {
  expect(healthError(new Error(message))).toMatchObject({ healthClass, message })
})

test('a socket error has the class of its code', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' })
  expect(healthError(error)).toMatchObject({ healthClass: 'refused' })
})

test.each(['ERR unknown command', 'BUSYKEY Target key name already exists.'])('%s has no class', message => {
  const error = new Error(message)
  expect(healthError(error)).toBe(error)
})

test('what has a class keeps it', () => {
  const error = new HealthError('readonly', 'OOM is not what it is about')
  expect(healthError(error)).toBe(error)
})
