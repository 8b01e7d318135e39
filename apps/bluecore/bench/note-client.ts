// A user who posts notes, again and again: Misskey's own connections to its servers are what is looked at.
import { setTimeout as sleep } from 'node:timers/promises'
import { namespace } from '@bluecore/lab'
import { postNote } from '@bluecore/misskey-contract'
import { signedIn } from '../testing/notes.js'

/** Starts it. @returns a function that stops it, and gives the longest time in s without a posted note */
export async function startNoteClient(): Promise<() => Promise<number>> {
  const { url, token } = await signedIn(namespace)
  let longest = 0
  let last = Date.now()
  let ended = false
  const loop = (async () => {
    while (!ended) {
      // One that takes longer is no answer to a user; the next try may reach another pod.
      const post = postNote(url, token, `再起動 ${Date.now()}`)
      const posted = await Promise.race([post, sleep(5_000)]).catch(() => undefined)
      const now = Date.now()
      longest = Math.max(longest, now - last)
      if (posted) last = now
      await sleep(2_000) // a user may post 300 notes an hour
    }
  })()
  return async () => {
    ended = true
    await loop
    return longest / 1_000
  }
}
