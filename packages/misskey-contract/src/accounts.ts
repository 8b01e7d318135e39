import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { call } from './client.js'
import { type Instances, uniqueAddress, uniqueWord } from './instances.js'

const wrongPassword = '932c904e-9460-45b7-9ce6-7ed33be7eb2c'
const unknownUser = '6cc579cc-885d-43d8-95c2-b8c7fc963280'

export function testAccounts({ url, token, credentials }: Instances): void {
  const attempt = (password: string, address: string, username = credentials().username) =>
    call(url(), 'signin', { username, password }, { address })

  describe('accounts', () => {
    test('the token is the administrator’s', async () => {
      const { status, body } = await call(url(), 'i', { i: token() })
      expect(status).toBe(200)
      expect(body).toMatchObject({ username: credentials().username, isAdmin: true })
    })

    test('no account is created without a token', async () => {
      const { status, body } = await call(url(), 'admin/accounts/create', {
        username: 'mallory',
        password: 'x',
      })
      expect(status).toBe(500)
      expect(body).toMatchObject({
        error: { code: 'INTERNAL_ERROR', kind: 'server', info: { e: { message: 'access denied' } } },
      })
    })

    test('a wrong token is refused, also where none is needed', async () => {
      const refused = { status: 403, body: { error: { code: 'AUTHENTICATION_FAILED' } } }
      expect(await call(url(), 'i', { i: 'wrong' })).toMatchObject(refused)
      expect(await call(url(), 'notes/local-timeline', { i: 'wrong' })).toMatchObject(refused)
    })
  })

  describe('sign-in', () => {
    test('gives the same token, and not twice within a second, on whichever instance', async () => {
      const address = uniqueAddress()
      const { password } = credentials()
      // At once: one after the other takes more than a second on a busy machine.
      const answers = await Promise.all([attempt(password, address), attempt(password, address)])
      const [accepted, refused] = answers.sort((a, b) => a.status - b.status)
      expect(accepted).toEqual(
        expect.objectContaining({ status: 200, body: { id: expect.any(String), i: token() } }),
      )
      expect(refused).toMatchObject({
        status: 429,
        body: { error: { code: 'TOO_MANY_AUTHENTICATION_FAILURES' } },
      })
      expect((await attempt(password, uniqueAddress())).status).toBe(200) // another caller may
    })

    test('distinguishes a wrong password from an unknown user', async () => {
      expect(await attempt('wrong', uniqueAddress())).toMatchObject({
        status: 403,
        body: { error: { id: wrongPassword } },
      })
      expect(await attempt('wrong', uniqueAddress(), uniqueWord())).toMatchObject({
        status: 404,
        body: { error: { id: unknownUser } },
      })
    })

    test('is refused the eleventh time in an hour', { timeout: 60_000 }, async () => {
      const address = uniqueAddress()
      const statuses: number[] = []
      for (let i = 0; i < 11; i++) {
        if (i > 0) await pause(1_100) // the pause is what is tested: no condition could be waited for
        statuses.push((await attempt('wrong', address)).status)
      }
      expect(statuses).toEqual([...Array(10).fill(403), 429])
    })
  })
}
