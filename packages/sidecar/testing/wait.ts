import { connect, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits for a condition.
 * @param what completes the sentence "waited N ms until …"
 * @returns how long it took, in ms
 * @throws after `limitMs`, with the last error of the condition if it threw
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<number> {
  const begun = performance.now()
  for (;;) {
    let reason: unknown
    try {
      if (await condition()) return performance.now() - begun
    } catch (error) {
      reason = error
    }
    if (performance.now() - begun > limitMs)
      throw new Error(`waited ${limitMs} ms until ${what}`, { cause: reason })
    await pause(20)
  }
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

/** Does something listen there? */
export function listens(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.unref()
  })
}
