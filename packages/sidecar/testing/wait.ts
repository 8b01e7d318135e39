import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for a condition.
 * @param what completes the sentence "timed out after N ms waiting until …"
 * @param pauseMs between two looks
 * @returns how long it took, in ms
 * @throws after `limitMs`, and at once what the condition throws
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  pauseMs = 20,
): Promise<number> {
  const begun = performance.now()
  while (!(await condition())) {
    if (performance.now() - begun > limitMs)
      throw new Error(`timed out after ${limitMs} ms waiting until ${what}`)
    await pause(pauseMs)
  }
  return performance.now() - begun
}

/** A TCP port of 127.0.0.1 that nothing listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
