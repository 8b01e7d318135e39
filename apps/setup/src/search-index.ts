import { ensureIndex } from './note-index.js'
import { searchServer } from './search-server.js'
import { type Environment, settingsFrom } from './settings.js'
import { patienceFrom, until } from './until.js'

/** Makes the index of notes when it is missing; an index with another mapping is refused, never changed. */
export async function searchIndex(env: Environment): Promise<void> {
  const settings = settingsFrom(env)
  const server = searchServer(settings)
  const patience = patienceFrom(settings)
  settings.check()
  const did = await until(`elasticsearch (${server.url})`, () => ensureIndex(server), patience)
  console.log(
    did === 'made' ? `made the index ${server.index}` : `the index ${server.index} is there already`,
  )
}
