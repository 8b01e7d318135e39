import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scrypt as scryptCallback,
} from 'node:crypto'
import { promisify } from 'node:util'

const scrypt = promisify(scryptCallback)
const algorithm = 'aes-256-gcm'
const saltLength = 16
const tagLength = 16

/** A new access token. */
export function newToken() {
  return randomBytes(24).toString('base64url')
}

/** What the database keeps of a token to find its owner. */
export function hashToken(token) {
  return createHash('sha256').update(token).digest()
}

/**
 * Seals a token with a password. Only the password opens it again, so the database holds neither of the two.
 * @returns {Promise<Buffer>} salt, tag and the sealed token
 */
export async function seal(token, password) {
  const salt = randomBytes(saltLength)
  const cipher = createCipheriv(algorithm, ...(await keyAndNonce(password, salt)))
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()])
  return Buffer.concat([salt, cipher.getAuthTag(), sealed])
}

/** @returns {Promise<string | undefined>} the token, or nothing if the password is another */
export async function unseal(bytes, password) {
  const salt = bytes.subarray(0, saltLength)
  const decipher = createDecipheriv(algorithm, ...(await keyAndNonce(password, salt)))
  decipher.setAuthTag(bytes.subarray(saltLength, saltLength + tagLength))
  const token = decipher.update(bytes.subarray(saltLength + tagLength), undefined, 'utf8')
  try {
    return token + decipher.final('utf8')
  } catch {
    return undefined
  }
}

/** Salted, so each key seals one token only. */
async function keyAndNonce(password, salt) {
  const secret = await scrypt(password, salt, 44)
  return [secret.subarray(0, 32), secret.subarray(32)]
}
