import { apiError, signinError } from '../../errors.js'
import { withinLimit } from '../../limits.js'
import { readSite } from '../../site.js'
import { createUser, deleteUser, findByName, packSelf, tokenOf } from '../../users.js'

const username = { type: 'string', pattern: '^\\w{1,20}$' }
const password = { type: 'string', minLength: 1, maxLength: 256 }

export const accounts = [
  {
    name: 'admin/accounts/create',
    params: { properties: { username, password }, required: ['username', 'password'] },
    async run({ db }, params, caller) {
      const { user, token } = await createUser(db, params, caller.user?.isAdmin)
      return { ...packSelf(user), token }
    },
  },
  {
    name: 'i',
    credential: true,
    async run(_, __, { user }) {
      return packSelf(user)
    },
  },
  {
    name: 'i/delete-account',
    credential: true,
    params: { properties: { password: { type: 'string' } }, required: ['password'] },
    async run({ db }, { password: secret }, { user }) {
      if (!(await tokenOf(user, secret))) throw new Error('incorrect password')
      await deleteUser(db, user)
    },
  },
]

/** Sign-up, where it is allowed. As with Misskey, errors are plain text. */
export async function signUp({ db }, request, reply) {
  const refuse = reason => reply.code(400).type('text/plain').send(reason)
  const { username: name, password: secret } = request.body ?? {}
  if ((await readSite(db)).disableRegistration) return refuse('Bad Request')
  if (typeof name !== 'string' || !/^\w{1,20}$/.test(name)) return refuse('INVALID_USERNAME')
  if (typeof secret !== 'string' || secret === '') return refuse('INVALID_PASSWORD')
  try {
    const { user, token } = await createUser(db, { username: name, password: secret }, true)
    return { ...packSelf(user), token }
  } catch (error) {
    if (error.message === 'DUPLICATED_USERNAME') return refuse(error.message)
    throw error
  }
}

/** Gives a user's token for the password. Attempts are counted by address, those that succeed as well. */
export async function signIn({ db, redis }, request) {
  const rule = { key: 'signin', actor: request.ip, max: 10, duration: 3_600_000, minInterval: 1_000 }
  if (!(await withinLimit(redis, rule))) throw apiError('TOO_MANY_AUTHENTICATION_FAILURES')
  const { username: name, password: secret } = request.body ?? {}
  if (typeof name !== 'string' || typeof secret !== 'string')
    throw apiError('INVALID_PARAM', {
      info: { param: '#/required', reason: 'username and password are needed' },
    })
  const user = await findByName(db, name)
  if (!user) throw signinError(404, '6cc579cc-885d-43d8-95c2-b8c7fc963280')
  const token = await tokenOf(user, secret)
  if (!token) throw signinError(403, '932c904e-9460-45b7-9ce6-7ed33be7eb2c')
  return { id: user.id, i: token }
}
