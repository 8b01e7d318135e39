import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { atEnd } from './cleanup.js'

/** A way to a server that can be cut. */
export interface Relay {
  port: number
  /** Resets every connection, on both sides, as a router that has forgotten them does. */
  reset(): void
}

/** Passes on what arrives on a port of its own. @param port of the server on 127.0.0.1 */
export async function startRelay(port: number): Promise<Relay> {
  const open = new Set<Socket>()
  const server = createServer(client => {
    const upstream = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket)
      socket.pipe(other)
      socket.on('error', () => other.resetAndDestroy())
      socket.on('close', () => {
        open.delete(socket)
        other.destroySoon()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reset = () => {
    for (const socket of open) socket.resetAndDestroy()
  }
  atEnd(() => {
    server.close()
    reset()
  })
  return { port: (server.address() as AddressInfo).port, reset }
}
