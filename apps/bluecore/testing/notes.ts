// A release as its users see it: an administrator, and notes that must not be lost.
import { kube, namespace as labNamespace, waitFor } from '@bluecore/lab'
import { administrator, postNote, searchNotes, uniqueWord } from '@bluecore/misskey-contract'
import { labAdministrator } from '../src/note.js'

const { core } = kube()

/** Tokens of the administrators that this test file has made, by namespace. */
const tokens = new Map<string, string>()

/** Address of Misskey's Service, which is another one after a reinstallation. */
export async function misskeyUrl(namespace: string): Promise<string> {
  const { spec } = await core.readNamespacedService({ namespace, name: 'misskey-sv' })
  return `http://${spec?.clusterIP}:3000`
}

/** Address of Misskey's Service, and a token of its administrator, who is made at first use. */
export async function signedIn(namespace: string): Promise<{ url: string; token: string }> {
  const url = await misskeyUrl(namespace)
  if (namespace === labNamespace) return { url, token: (await labAdministrator(url)).token }
  const token =
    tokens.get(namespace) ??
    (await administrator(url, { username: 'admin', password: `administrator of ${namespace}` }))
  tokens.set(namespace, token)
  return { url, token }
}

/**
 * Posts a note that only a search for its own word finds. Misskey may still be reconnecting to a server that was taken
 * away before.
 * @returns a function that waits until that search finds the note
 */
export async function noteToFind(namespace: string): Promise<() => Promise<void>> {
  const word = uniqueWord()
  const post = async () => {
    const { url, token } = await signedIn(namespace)
    return (await postNote(url, token, `忘れないで ${word}`)).id
  }
  const id = await waitFor(post, { what: `a note can be posted in ${namespace}`, timeoutMs: 60_000 })
  const found = async () =>
    (await searchNotes(await misskeyUrl(namespace), word)).some(note => note.id === id)
  const stillFound = async () => {
    await waitFor(found, { what: `a search for ${word} in ${namespace} finds its note`, timeoutMs: 60_000 })
  }
  await stillFound()
  return stillFound
}
