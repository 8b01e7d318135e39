import { removeFilesOf } from './drive.js'
import { newId } from './ids.js'
import { hashToken, newToken, seal, unseal } from './secrets.js'

/**
 * @returns {Promise<object | undefined>} the user whose token it is
 */
export async function findByToken(db, token) {
  const [user] = await db.query('SELECT * FROM "user" WHERE "tokenHash" = $1', [hashToken(token)])
  return user
}

/** @returns {Promise<object | undefined>} the user of that name, in any case of letters */
export async function findByName(db, username) {
  const [user] = await db.query('SELECT * FROM "user" WHERE "usernameLower" = $1', [username.toLowerCase()])
  return user
}

/** @returns {Promise<boolean>} whether there is any user */
export async function hasUsers(db) {
  const [{ some }] = await db.query('SELECT EXISTS (SELECT FROM "user") AS some')
  return some
}

/** @returns {Promise<string | undefined>} the user's token, if the password is the right one */
export async function tokenOf(user, password) {
  return await unseal(user.sealedToken, password)
}

/**
 * Creates a user. The first one is the administrator.
 * @param {boolean} mayFollow whether a user may be created where there are others
 * @returns {Promise<{user: object, token: string}>}
 * @throws Error `access denied`, `DUPLICATED_USERNAME`
 */
export async function createUser(db, { username, password }, mayFollow) {
  const token = newToken()
  const sealed = await seal(token, password)
  const user = await db.transaction(async query => {
    await query('LOCK TABLE "user" IN SHARE ROW EXCLUSIVE MODE') // two at once must not both be the first
    const [{ first }] = await query('SELECT NOT EXISTS (SELECT FROM "user") AS first')
    if (!first && !mayFollow) throw new Error('access denied')
    const [made] = await query(
      `INSERT INTO "user" ("id", "createdAt", "username", "usernameLower", "isAdmin", "tokenHash", "sealedToken")
       VALUES ($1, now(), $2, $3, $4, $5, $6) ON CONFLICT ("usernameLower") DO NOTHING RETURNING *`,
      [newId(), username, username.toLowerCase(), first, hashToken(token), sealed],
    )
    if (!made) throw new Error('DUPLICATED_USERNAME')
    return made
  })
  return { user, token }
}

/** Removes a user with all of the user's data, as Misskey's queue does soon after it is asked. */
export async function deleteUser(db, { id }) {
  await removeFilesOf(db, id)
  await db.query('DELETE FROM "user" WHERE "id" = $1', [id])
}

/** A user as the API shows it to others. */
export function packUser({ id, username }) {
  return { id, name: null, username, host: null, avatarUrl: null, isBot: false, isCat: false, emojis: [] }
}

/** A user as the API shows it to the user. */
export function packSelf(user) {
  return { ...packUser(user), createdAt: user.createdAt, isAdmin: user.isAdmin, isModerator: false }
}
