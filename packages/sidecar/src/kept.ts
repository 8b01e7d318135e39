import { type Clock, systemClock } from './clock.js'

/** A connection being made, or made. */
export interface Opening<C> {
  ready: Promise<C>
  /** Ends it now, without a word to the server, which may not be listening any more. */
  destroy(): void
}

/** One connection, kept between runs. */
export interface Kept<C> {
  /**
   * Does something on the connection; opens it first when there is none.
   * @param signal when aborted, the connection is destroyed: an answer that comes late must not be taken for the next one
   */
  use<T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T>
  close(): void
}

/**
 * How long an opening is waited for, in ms, by one run after the other. A server that hangs keeps a process for every
 * client that knocked, gone or not: knocking each second would use up its connections.
 */
const openingMs = 10_000

/**
 * @param open begins a connection and calls `gone` once when it has ended, for whatever reason
 * @param lost called when a connection that worked has ended by itself
 */
export function keepConnection<C>(
  open: (gone: () => void) => Opening<C>,
  lost: () => void,
  clock: Clock = systemClock,
): Kept<C> {
  let current: Entry<C> | undefined

  /** Says whether it was still the current one. */
  function drop(entry: Entry<C>): boolean {
    const kept = current === entry
    if (kept) current = undefined
    entry.opening.destroy()
    return kept
  }

  function begin(): Entry<C> {
    const opening = open(() => {
      if (drop(entry) && entry.open) lost()
    })
    const entry: Entry<C> = { opening, begunAt: clock.now(), open: false }
    opening.ready.then(
      () => {
        entry.open = true
      },
      () => drop(entry),
    )
    return entry
  }

  return {
    async use(signal, work) {
      current ??= begin()
      const entry = current
      const abort = () => {
        if (entry.open || clock.now() - entry.begunAt >= openingMs) drop(entry)
      }
      signal.addEventListener('abort', abort, { once: true })
      try {
        return await work(await entry.opening.ready)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    close() {
      if (current) drop(current)
    },
  }
}

interface Entry<C> {
  opening: Opening<C>
  begunAt: number
  open: boolean
}
