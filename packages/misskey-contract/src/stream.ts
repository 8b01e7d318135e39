import { once } from 'node:events'
import WebSocket from 'ws'

/** `pong` comes bare; everything else has a type and a body. */
export type Message = 'pong' | { type: string; body: Record<string, unknown> }

export interface Stream {
  send(message: Message | 'ping'): void
  /**
   * The first message that fits, of those that came since the stream was opened and were not handed out before.
   * @throws after `limitMs`, 5 s by default
   */
  next(fits: (message: Message) => boolean, limitMs?: number): Promise<Message>
  /** Messages that were not handed out. */
  rest(): readonly Message[]
  close(): void
}

/**
 * Opens an instance's stream.
 * @param url of an instance, without a path
 * @throws when it is refused, or not open after `limitMs`
 */
export async function openStream(url: string, token?: string, limitMs = 10_000): Promise<Stream> {
  const address = new URL('/streaming', url.replace(/^http/, 'ws'))
  if (token) address.searchParams.set('i', token)
  const socket = new WebSocket(address)
  const messages: Message[] = []
  socket.on('message', data => {
    const text = String(data)
    messages.push(text === 'pong' ? text : JSON.parse(text))
  })
  try {
    await once(socket, 'open', { signal: AbortSignal.timeout(limitMs) })
  } catch (error) {
    socket.on('error', () => {}) // of ending it before it was open
    socket.terminate()
    throw new Error(`no stream from ${address.origin}`, { cause: error })
  }

  function take(fits: (message: Message) => boolean): Message | undefined {
    const index = messages.findIndex(fits)
    return index < 0 ? undefined : messages.splice(index, 1)[0]
  }

  return {
    send: message => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    rest: () => messages,
    close: () => socket.close(),
    async next(fits, limit = 5_000) {
      const signal = AbortSignal.timeout(limit)
      for (;;) {
        const found = take(fits)
        if (found) return found
        await once(socket, 'message', { signal }).catch(cause => {
          throw new Error(`no such message within ${limit} ms; there were ${JSON.stringify(messages)}`, {
            cause,
          })
        })
      }
    },
  }
}

/** Follows a channel and waits until the instance says so. */
export async function follow(stream: Stream, channel: string, id: string): Promise<void> {
  stream.send({ type: 'connect', body: { channel, id, params: {}, pong: true } })
  await stream.next(message => message !== 'pong' && message.type === 'connected' && message.body.id === id)
}

/** Whether it is an event of the channel that was followed under this id. */
export function isNoteOf(channelId: string, noteText: string) {
  return (message: Message): boolean => {
    if (message === 'pong' || message.type !== 'channel') return false
    const { id, type, body } = message.body as { id: string; type: string; body: { text?: string } }
    return id === channelId && type === 'note' && body.text === noteText
  }
}
