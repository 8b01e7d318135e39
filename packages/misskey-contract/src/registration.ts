import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, deleteAccount, postNote, readMeta, showNote, signUp } from './client.js'
import { type Instances, uniqueWord } from './instances.js'

export function testRegistration({ url, all, token }: Instances): void {
  describe('registration', () => {
    let wasDisabled: boolean
    const disable = async (disableRegistration: boolean) => {
      const { status } = await call(url(), 'admin/update-meta', { i: token(), disableRegistration })
      expect(status).toBe(204)
    }
    beforeAll(async () => {
      wasDisabled = (await readMeta(url())).disableRegistration
    })
    afterAll(() => disable(wasDisabled))

    test('meta tells whether it is open, on every instance, and that there is an administrator', async () => {
      for (const disabled of [true, false]) {
        await disable(disabled)
        for (const each of all())
          expect(await readMeta(each)).toMatchObject({ disableRegistration: disabled, requireSetup: false })
      }
      expect(await readMeta(url(), false)).not.toHaveProperty('requireSetup')
    })

    test('open: a visitor makes an account, uses it everywhere, and removes it with its notes', async () => {
      await disable(false)
      const credentials = { username: uniqueWord(), password: 'a password of chance' }
      const own = await signUp(url(), credentials)
      const { body } = await call(url(), 'i', { i: own })
      expect(body).toMatchObject({ username: credentials.username })
      expect((body as { isAdmin?: boolean }).isAdmin).not.toBe(true)
      expect(await call(url(), 'admin/update-meta', { i: own, disableRegistration: true })).toMatchObject({
        status: 400,
        body: { error: { code: 'ACCESS_DENIED' } },
      })
      const note = await postNote(url(), own, uniqueWord())

      const wrong = { i: own, password: 'wrong' }
      expect((await call(url(), 'i/delete-account', wrong)).status).toBe(500)
      expect(await showNote(url(), note.id)).toMatchObject({ id: note.id })
      await deleteAccount(url(), own, credentials.password)
      const status = async () => (await call(url(), 'notes/show', { noteId: note.id })).status
      await expect.poll(status, { timeout: 20_000, interval: 200 }).toBe(400)
    })

    test('a name that is taken or no name is refused', async () => {
      await disable(false)
      const taken = { username: uniqueWord(), password: 'x' }
      const own = await signUp(url(), taken)
      expect(await call(url(), 'signup', taken)).toEqual({ status: 400, body: 'DUPLICATED_USERNAME' })
      expect(await call(url(), 'signup', { ...taken, username: 'no name' })).toEqual({
        status: 400,
        body: 'INVALID_USERNAME',
      })
      await deleteAccount(url(), own, taken.password)
    })

    test('closed: no one can register', async () => {
      await disable(true)
      const credentials = { username: uniqueWord(), password: 'x' }
      expect(await call(url(), 'signup', credentials)).toMatchObject({ status: 400 })
      expect((await call(url(), 'signin', credentials)).status).toBe(404)
    })
  })
}
