// A release as its users see it: an administrator, and notes that must not be lost.
import { setTimeout as sleep } from 'node:timers/promises'
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
 * Posts notes until a search finds one. Misskey indexes a note when it is posted and never again: one that is posted while
 * Elasticsearch is away is not found later.
 * @returns when the first note could be posted, and when the first one was found, in ms since the call; and a function that waits
 * until a search finds that one again
 */
export async function notesWork(
  namespace: string,
  timeoutMs: number,
): Promise<{ postedMs: number; foundMs: number; stillFound: () => Promise<void> }> {
  const begun = performance.now()
  const sinceBegun = () => performance.now() - begun
  let postedMs: number | undefined
  const finds = async (word: string, id: string) =>
    (await searchNotes(await misskeyUrl(namespace), word)).some(note => note.id === id)

  async function postAndFind() {
    const word = uniqueWord()
    const { url, token } = await signedIn(namespace)
    // A user tries again, and the next try may reach another pod.
    const { id } = await within(5_000, postNote(url, token, `忘れないで ${word}`))
    postedMs ??= sinceBegun()
    for (let tries = 0; tries < 10; tries++) {
      if (await within(5_000, finds(word, id))) return { word, id }
      await sleep(300)
    }
    return undefined
  }
  const what = `a note can be posted in ${namespace}, and is found by a search`
  const { word, id } = await waitFor(postAndFind, { what, timeoutMs })
  return {
    postedMs: postedMs ?? 0,
    foundMs: sinceBegun(),
    async stillFound() {
      const again = `a search for ${word} in ${namespace} finds its note`
      await waitFor(() => finds(word, id), { what: again, timeoutMs: 60_000 })
    },
  }
}

/** @throws Error when it takes longer */
export async function within<T>(ms: number, result: Promise<T>): Promise<T> {
  const late = new AbortController()
  const timer = sleep(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${ms} ms`)
  })
  try {
    return await Promise.race([result, timer])
  } finally {
    late.abort()
    timer.catch(() => {})
    result.catch(() => {})
  }
}

/**
 * Posts a note that only a search for its own word finds. Misskey may still be reconnecting to a server that was taken
 * away before.
 * @returns a function that waits until that search finds the note
 */
export async function noteToFind(namespace: string): Promise<() => Promise<void>> {
  return (await notesWork(namespace, 60_000)).stillFound
}
