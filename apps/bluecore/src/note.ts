import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { statePath, status, waitFor, writePrivate } from '@bluecore/lab'
import { administrator, call, postNote, searchNotes, showNote } from '@bluecore/misskey-contract'

/** Result of using the system once. */
export interface Found {
  url: string
  /** Name and version that the server reports. */
  server: string
  username: string
  passwordFile: string
  id: string
  text: string
  query: string
  /** From the post to the first search that finds it. */
  searchMs: number
}

/** The administrator of the lab's instance; the password is generated at first use and kept in the lab's state. */
export async function labAdministrator(
  url: string,
): Promise<{ username: string; passwordFile: string; token: string }> {
  const passwordFile = statePath('misskey-password')
  if (!existsSync(passwordFile)) writePrivate(passwordFile, randomBytes(18).toString('base64url'))
  const username = 'admin'
  const password = readFileSync(passwordFile, 'utf8')
  const token = await administrator(url, { username, password, tokenFile: statePath('misskey-token') })
  return { username, passwordFile, token }
}

/** Posts a note through the Service's cluster address, finds it by a search in Japanese, and reads it back. */
export async function postAndFind(): Promise<Found> {
  const url = (await status()).urls.misskey
  if (!url) throw new Error('there is no Service misskey-sv')
  const { token, ...account } = await labAdministrator(url)
  const query = '天気'
  const started = performance.now()
  const { id } = await postNote(url, token, `東京の天気は晴れです。${new Date().toISOString()}`)
  await waitFor(async () => (await searchNotes(url, query)).some(note => note.id === id), {
    what: `a search for ${query} finds the note that was just posted`,
    timeoutMs: 20_000,
    intervalMs: 100,
  })
  const searchMs = Math.round(performance.now() - started)
  const { text } = await showNote(url, id)
  const meta = (await call(url, 'meta', { detail: false })).body as { name?: string; version?: string }
  return {
    url,
    server: `${meta.name ?? 'Misskey'} ${meta.version}`,
    ...account,
    id,
    text: text ?? '',
    query,
    searchMs,
  }
}
