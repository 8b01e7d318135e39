import { DatabaseError } from 'pg'
import { expect, test } from 'vitest'
import { healthError, isRoleLimit } from './sqlstate.js'

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('what it said', 12, 'error')
  error.code = code
  return error
}

test.each([
  ['57P03', 'starting'],
  ['57P02', 'starting'],
  ['57P01', 'refused'],
  ['57014', 'saturated'],
  ['53300', 'saturated'],
  ['53200', 'saturated'],
  ['53100', 'persistence'],
  ['58030', 'persistence'],
  ['XX001', 'persistence'],
  ['28P01', 'auth'],
  ['28000', 'auth'],
  ['3D000', 'auth'],
  ['25006', 'readonly'],
  ['08P01', 'auth'],
])('SQLSTATE %s is `%s`', (code, healthClass) => {
  expect(healthError(databaseError(code))).toMatchObject({
    healthClass,
    message: `what it said (SQLSTATE ${code})`,
  })
})

test.each(['42601', 'XX000', '22012'])('SQLSTATE %s has no class', code => {
  const error = healthError(databaseError(code))
  expect(error).not.toHaveProperty('healthClass')
  expect(error.message).toBe(`what it said (SQLSTATE ${code})`)
})

test.each([
  ['ECONNREFUSED', 'refused'],
  ['ECONNRESET', 'refused'],
  ['ENOENT', 'refused'],
  ['ETIMEDOUT', 'frozen'],
])('the socket error %s is `%s`', (code, healthClass) => {
  expect(healthError(Object.assign(new Error('connect'), { code }))).toMatchObject({ healthClass })
})

test.each(['ENOTFOUND', 'EAI_AGAIN'])('%s of a name says nothing about the server', code => {
  const error = Object.assign(new Error(`getaddrinfo ${code} dbserver`), { code })
  expect(healthError(error)).toBe(error)
})

test('a connection that ends in the middle is `refused`', () => {
  expect(healthError(new Error('Connection terminated unexpectedly'))).toMatchObject({
    healthClass: 'refused',
  })
})

test('a fault of ours has no class', () => {
  const fault = new TypeError('undefined is not a function')
  expect(healthError(fault)).toBe(fault)
})

test.each([
  ['53300', 'InitializeSessionUserId', true],
  ['53300', 'InitProcess', false],
  ['28000', 'InitializeSessionUserId', false],
])('SQLSTATE %s of %s is the limit of the role: %s', (code, routine, expected) => {
  expect(isRoleLimit(Object.assign(databaseError(code), { routine }))).toBe(expected)
})

test('the limit of the role is `auth`: others may come in', () => {
  const error = Object.assign(databaseError('53300'), { routine: 'InitializeSessionUserId' })
  expect(healthError(error)).toMatchObject({ healthClass: 'auth' })
})
