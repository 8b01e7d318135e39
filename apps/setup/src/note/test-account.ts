import { randomBytes } from 'node:crypto'
import { deleteAccount, type Meta, signUp } from '@bluecore/misskey-contract/client'
import { PermanentError } from '../errors.js'
import type { Cleanup } from './cleanup.js'
import { logDuration } from './log-duration.js'
import { howToCreateToken, permanentIfRejected } from './misskey-errors.js'

/**
 * Creates a randomly named account, to be deleted at the end.
 * @param cleanups gets the account
 * @returns its token
 * @throws PermanentError when it would become the administrator, or when a program cannot sign up
 */
export async function createTestAccount(url: string, meta: Meta, cleanups: Cleanup[]): Promise<string> {
  if (meta.requireSetup !== false)
    throw new PermanentError(
      `Misskey has no administrator yet, and the first account becomes the administrator. Open ${meta.uri} and create it first`,
    )
  const why = obstacle(meta)
  if (why)
    throw new PermanentError(
      `A program cannot sign up at ${meta.uri}: ${why}. Give this test a token. ${howToCreateToken}`,
    )
  const credentials = {
    username: `setup_note_${randomBytes(4).toString('hex')}`,
    password: randomBytes(24).toString('base64url'),
  }
  const { username, password } = credentials
  const token = await logDuration(`created the account ${username}`, () =>
    permanentIfRejected(signUp(url, credentials)),
  )
  cleanups.push({ name: `the account ${username}`, remove: () => deleteAccount(url, token, password) })
  return token
}

function obstacle(meta: Meta): string | undefined {
  if (meta.disableRegistration) return 'registration is closed'
  if (meta.emailRequiredForSignup) return 'it requires an e-mail address'
  if (meta.enableHcaptcha || meta.enableRecaptcha) return 'it requires a captcha'
  return undefined
}
