import { randomBytes } from 'node:crypto'
import { deleteAccount, type Meta, signUp } from '@bluecore/misskey-contract/client'
import { Refusal } from '../failure.js'
import { final, howToMakeToken } from './final.js'
import type { Made } from './note.js'
import { timed } from './timed.js'

/**
 * Makes an account with a name of chance, to be removed at the end.
 * @param made gets the account
 * @returns its token
 * @throws Refusal where it would be the administrator, or where no program can sign up
 */
export async function authorFrom(url: string, meta: Meta, made: Made[]): Promise<string> {
  if (meta.requireSetup !== false)
    throw new Refusal(
      `Misskey has no administrator yet, and whoever signs up first becomes it. Open ${meta.uri} and make its administrator first`,
    )
  const why = hindrance(meta)
  if (why)
    throw new Refusal(
      `${meta.uri} lets no program sign up: ${why}. Give this test a token. ${howToMakeToken}`,
    )
  const credentials = {
    username: `setup_note_${randomBytes(4).toString('hex')}`,
    password: randomBytes(24).toString('base64url'),
  }
  const { username, password } = credentials
  const token = await timed(`made the account ${username}`, () => final(signUp(url, credentials)))
  made.push({ name: `the account ${username}`, remove: () => deleteAccount(url, token, password) })
  return token
}

function hindrance(meta: Meta): string | undefined {
  if (meta.disableRegistration) return 'registration is closed'
  if (meta.emailRequiredForSignup) return 'it asks for an e-mail address'
  if (meta.enableHcaptcha || meta.enableRecaptcha) return 'it asks a captcha'
  return undefined
}
