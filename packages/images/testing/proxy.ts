import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import type { TestRegistry } from './registry.js'
import { temporaryFolder } from './temporary-folder.js'

/** What a proxy does with a request: answers itself, or nothing, and the registry answers. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

/** A server of this test's own. @returns `127.0.0.1:PORT` */
export async function startServer(answer: Answer): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A reverse proxy before a registry. */
export interface TestProxy {
  address: string
  dockerConfig: string
  /** Bytes of bodies that went to the registry. */
  sent(): number
}

/** How a proxy differs from the registry behind it. */
interface Differences {
  /** True when it has answered, or will. */
  answer?: Answer
  /** Changes the headers of the registry's answer. */
  change?: (request: IncomingMessage, headers: OutgoingHttpHeaders) => void
  /** Milliseconds that each chunk of what is sent takes, for a slow network. */
  msPerChunk?: number
}

/** Puts a reverse proxy before a registry, which answers as other registries and broken proxies do. */
export async function startProxy(
  registry: TestRegistry,
  { answer = () => false, change = () => {}, msPerChunk = 0 }: Differences = {},
): Promise<TestProxy> {
  let sent = 0
  const address = await startServer((incoming, outgoing) => {
    if (answer(incoming, outgoing)) return
    const { method, url, headers } = incoming
    const onward = request(`http://${registry.address}${url}`, { method, headers })
    const slowly = new Transform({
      async transform(chunk, _, done) {
        sent += chunk.length
        if (msPerChunk > 0) await setTimeout(msPerChunk)
        done(null, chunk)
      },
    })
    incoming.pipe(slowly).pipe(onward)
    onward.on('error', () => outgoing.destroy())
    onward.on('response', answered => {
      const passed: OutgoingHttpHeaders = { ...answered.headers }
      change(incoming, passed)
      outgoing.writeHead(answered.statusCode ?? 502, passed)
      answered.pipe(outgoing)
    })
  })
  const login = Buffer.from('tester:secret').toString('base64')
  const config = { 'config.json': JSON.stringify({ auths: { [address]: { auth: login } } }) }
  return { address, dockerConfig: await temporaryFolder(config), sent: () => sent }
}
