// A user who posts notes, again and again: Misskey's own connections to its servers are what is looked at.
import { namespace } from '@bluecore/lab'
import { postNote } from '@bluecore/misskey-contract'
import { signedIn, within } from '../testing/notes.js'
import { longestWithout } from './longest-without.js'

/** Starts it. @returns a function that stops it, and gives the longest time in ms without a posted note */
export async function startNoteClient(): Promise<() => Promise<number>> {
  const { url, token } = await signedIn(namespace)
  const post = async () => {
    // One that takes longer is no answer to a user; the next try may reach another pod.
    await within(5_000, postNote(url, token, `再起動 ${Date.now()}`))
    return true
  }
  return longestWithout(post, 2_000) // a user may post 300 notes an hour
}
