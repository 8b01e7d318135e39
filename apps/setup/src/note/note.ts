import { readMeta } from '@bluecore/misskey-contract/client'
import { Refusal, reason } from '../failure.js'
import { type Environment, settingsFrom } from '../settings.js'
import { until } from '../until.js'
import { authorFrom } from './author.js'
import { final } from './final.js'
import { roundTrip } from './round-trip.js'

/** What was made and must be taken away again, whatever happens. */
export interface Made {
  /** "the account setup_note_1f2e3d4c" */
  name: string
  remove(): Promise<void>
}

/**
 * Posts a note that nobody else can read, finds it by the search, reads it and deletes it, and says how long each took.
 * @param env MISSKEY_URL; MISSKEY_TOKEN(_FILE) of somebody's, else an account is made for this and deleted;
 *   SETUP_TIMEOUT_SECONDS (60), in which Misskey must answer for the first time
 * @throws SettingsError, a Refusal that says what to do, or an Error with what did not work
 */
export async function note(env: Environment): Promise<void> {
  const settings = settingsFrom(env)
  const url = settings.url('MISSKEY_URL')
  const hasToken = env.MISSKEY_TOKEN || env.MISSKEY_TOKEN_FILE
  const token = hasToken ? settings.secret('MISSKEY_TOKEN') : undefined
  const timeoutMs = settings.number('SETUP_TIMEOUT_SECONDS', 60, 1, 86_400) * 1_000
  settings.check()

  const meta = await until(`Misskey (${url})`, () => final(readMeta(url)), { timeoutMs })
  if (!meta.version) throw new Refusal(`${url} is no Misskey: its /api/meta has no version`)
  console.log(`Misskey ${meta.version} answers at ${url}`)

  const made: Made[] = []
  try {
    await roundTrip(url, token ?? (await authorFrom(url, meta, made)), made)
  } catch (error) {
    throw new Refusal([reason(error), ...(await clear(made))].join('\n'))
  }
  const left = await clear(made)
  if (left.length > 0) throw new Refusal(left.join('\n'))
  console.log('A note can be posted, found, read and deleted')
}

/** Takes away what is left, the newest first. @returns what could not be, and why */
async function clear(made: Made[]): Promise<string[]> {
  const problems: string[] = []
  for (let last = made.pop(); last; last = made.pop()) {
    const { name, remove } = last
    const patience = { timeoutMs: 15_000, say: () => {} }
    await until(name, () => final(remove()), patience).then(
      () => console.log(`deleted ${name}`),
      error => problems.push(`${name} could not be deleted: ${reason(error)}`),
    )
  }
  return problems
}
