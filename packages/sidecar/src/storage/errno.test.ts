import { expect, test } from 'vitest'
import { storageError } from './errno.js'

test.each([
  ['ENOSPC', 'persistence'],
  ['EDQUOT', 'persistence'],
  ['EIO', 'persistence'],
  ['ESTALE', 'persistence'],
  ['ENOTCONN', 'persistence'],
  ['ENOENT', 'persistence'],
  ['ENOTDIR', 'persistence'],
  ['EROFS', 'readonly'],
  ['EACCES', 'readonly'],
  ['EPERM', 'readonly'],
  ['ETIMEDOUT', 'storage-hung'],
] as const)('%s is %s, and says what to do', (code, healthClass) => {
  const finding = { steps: { write: 2 } }
  const error = storageError('/volume/health', { call: 'write', code }, finding)
  expect(error).toMatchObject({ name: 'HealthError', healthClass, finding })
  expect(error.message).toMatch(new RegExp(`^write in /volume/health failed with ${code}: \\w.{10,}`))
})

test('an error that says nothing about the volume has no class', () => {
  const error = storageError('/volume/health', { call: 'open', code: 'EMFILE' })
  expect({ ...error, name: error.name, message: error.message }).toEqual({
    name: 'Error',
    message: 'open in /volume/health failed with EMFILE',
  })
})
