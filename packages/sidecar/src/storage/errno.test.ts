import { expect, test } from 'vitest'
import { isDenied, storageError } from './errno.js'

test.each([
  ['ENOSPC', 'persistence'],
  ['EDQUOT', 'persistence'],
  ['EIO', 'persistence'],
  ['ESTALE', 'persistence'],
  ['ENOTCONN', 'persistence'],
  ['ENOENT', 'persistence'],
  ['ENOTDIR', 'persistence'],
  ['EROFS', 'readonly'],
  ['ETIMEDOUT', 'storage-hung'],
] as const)('%s is %s, and says what to do', (code, healthClass) => {
  const finding = { steps: { write: 2 } }
  const error = storageError('/volume/health', { call: 'write', code }, finding)
  expect(error).toMatchObject({ name: 'HealthError', healthClass, finding })
  expect(error.message).toMatch(new RegExp(`^write in /volume/health failed with ${code}: \\w.{10,}`))
})

test.each(['EACCES', 'EPERM'])('%s concerns this process only, and says what to do', code => {
  const error = storageError('/volume/health', { call: 'open', code })
  expect(error).not.toHaveProperty('healthClass')
  expect(error.message).toBe(
    `open in /volume/health failed with ${code}: permission denied: run this process as the owner of the folder`,
  )
  expect(isDenied({ code })).toBe(true)
  expect(isDenied({ code: 'EROFS' })).toBe(false)
})

test('an error that says nothing about the volume has no class', () => {
  const error = storageError('/volume/health', { call: 'open', code: 'EMFILE' })
  expect({ ...error, name: error.name, message: error.message }).toEqual({
    name: 'Error',
    message: 'open in /volume/health failed with EMFILE',
  })
})
