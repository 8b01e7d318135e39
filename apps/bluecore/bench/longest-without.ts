import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Tries again and again, as a client does; one that throws has failed.
 * @returns a function that stops it, and gives the longest time in ms without success
 */
export function longestWithout(attempt: () => Promise<boolean>, pauseMs: number): () => Promise<number> {
  let longest = 0
  let last = performance.now()
  let ended = false
  const loop = (async () => {
    while (!ended) {
      const done = await attempt().catch(() => false)
      const now = performance.now()
      longest = Math.max(longest, now - last)
      if (done) last = now
      await sleep(pauseMs)
    }
  })()
  return async () => {
    ended = true
    await loop
    return longest
  }
}
