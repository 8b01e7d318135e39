import { type Clock, systemClock } from './clock.js'

/** A connection that is open or still opening. */
export interface Opening<C> {
  ready: Promise<C>
  /** Closes it at once, without a closing handshake: the server may no longer be listening. */
  destroy(): void
}

/** One connection, kept open between runs of a check. */
export interface PersistentConnection<C> {
  /**
   * Runs `work` on the connection; opens it first when there is none.
   * @param signal when aborted while `work` runs, the connection is destroyed, so that a late answer is not taken for the
   *   answer to the next question. When aborted while the connection is still opening, `work` never runs: the opening
   *   serves the next use
   * @throws the signal's reason when it was aborted before `work` began; whatever opening it or `work` throws
   */
  use<T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T>
  close(): void
}

/**
 * How long one opening may take, in ms, across several runs. A server that hangs keeps a process for every client that
 * connected, even after the client has gone: a new attempt each second would exhaust its connections.
 */
const openingMs = 10_000

/**
 * @param open starts opening a connection; calls `gone` once when it has ended, for whatever reason
 * @param lost called when an established connection was closed by the other side
 */
export function persistentConnection<C>(
  open: (gone: () => void) => Opening<C>,
  lost: () => void,
  clock: Clock = systemClock,
): PersistentConnection<C> {
  let current: Entry<C> | undefined

  /** @returns whether it was still the current one */
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
      signal.throwIfAborted()
      current ??= begin()
      const entry = current
      const abort = () => {
        if (entry.open || clock.now() - entry.begunAt >= openingMs) drop(entry)
      }
      signal.addEventListener('abort', abort, { once: true })
      try {
        const connection = await entry.opening.ready
        signal.throwIfAborted() // the opening outlasted this run
        return await work(connection)
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
