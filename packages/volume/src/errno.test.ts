import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { errnoMeaning } from './errno.js'

test.each(['ENOSPC', 'EDQUOT', 'EIO', 'ESTALE', 'ENOTCONN', 'ENOENT', 'ENOTDIR', 'EROFS', 'EACCES', 'EPERM'])(
  '%s says what to do',
  code => {
    expect(constants.errno).toHaveProperty(code)
    expect(errnoMeaning(code)).toMatch(/^.{5,}[:?]( .{5,})?/)
  },
)

test('an error that says nothing about the volume has no meaning', () => {
  expect(errnoMeaning('EMFILE')).toBeUndefined()
})
