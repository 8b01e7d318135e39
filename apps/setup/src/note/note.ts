import { readMeta } from '@bluecore/misskey-contract/client'
import { type Environment, httpUrl, readSettings } from '@bluecore/settings'
import * as z from 'zod/mini'
import { PermanentError, reason } from '../errors.js'
import { retry, timeoutMs, timeoutShape } from '../retry.js'
import { type Cleanup, cleanUp } from './cleanup.js'
import { permanentIfRejected } from './misskey-errors.js'
import { roundTrip } from './round-trip.js'
import { createTestAccount } from './test-account.js'

const shape = { MISSKEY_URL: httpUrl(), MISSKEY_TOKEN: z.optional(z.string()), ...timeoutShape(60) }

/**
 * Posts a note that nobody else can read, finds it by search, reads it and deletes it, and logs how long each took.
 * @param env MISSKEY_URL; MISSKEY_TOKEN(_FILE) of an account, otherwise one is created for this and deleted;
 *   SETUP_TIMEOUT_SECONDS (60), within which Misskey must respond for the first time
 * @throws SettingsError, a PermanentError that says what to do, or an Error with what did not work
 */
export async function note(env: Environment): Promise<void> {
  const settings = readSettings({ shape, secrets: ['MISSKEY_TOKEN'] }, env)
  const { MISSKEY_URL: url, MISSKEY_TOKEN: token } = settings

  const meta = await retry(`Misskey (${url})`, () => permanentIfRejected(readMeta(url)), {
    timeoutMs: timeoutMs(settings),
  })
  if (!meta.version) throw new PermanentError(`${url} is not Misskey: its /api/meta has no version`)
  console.log(`Misskey ${meta.version} responds at ${url}`)

  const cleanups: Cleanup[] = []
  try {
    await roundTrip(url, token ?? (await createTestAccount(url, meta, cleanups)), cleanups)
  } catch (error) {
    throw new PermanentError([reason(error), ...(await cleanUp(cleanups))].join('\n'))
  }
  const left = await cleanUp(cleanups)
  if (left.length > 0) throw new PermanentError(left.join('\n'))
  console.log('A note can be posted, found, read and deleted')
}
