import { expect, test } from 'vitest'
import { newPassword, wantedFrom } from './secrets.js'

test('a Secret, its keys, and the claim whose data need it', () => {
  expect(
    wantedFrom(['dbserver-auth=postgres-password,misskey-password@dbserver', 'redis-auth=password']),
  ).toEqual([
    { name: 'dbserver-auth', keys: ['postgres-password', 'misskey-password'], claim: 'dbserver' },
    { name: 'redis-auth', keys: ['password'] },
  ])
})

test('all malformed arguments are reported at once', () => {
  expect(() => wantedFrom(['a', 'b=', 'c=x,,y', 'D=x', 'e=x@', 'f=x'])).toThrow(
    [
      'Invalid settings:',
      ...['a', 'b=', 'c=x,,y', 'D=x', 'e=x@'].map(
        arg => `  "${arg}" is not NAME=KEY,KEY or NAME=KEY,KEY@CLAIM`,
      ),
    ].join('\n'),
  )
})

test('passwords are 32 characters that need no quoting, and never the same', () => {
  const made = Array.from({ length: 1_000 }, newPassword)
  for (const password of made) expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/)
  expect(new Set(made).size).toBe(1_000)
})
