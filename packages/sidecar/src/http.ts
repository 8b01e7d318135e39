import type { IncomingMessage, Server, ServerResponse } from 'node:http'

// An import would read every export of the module, and one of them loads the whole of fetch: 3 MiB that nobody uses.
const { createServer } = process.getBuiltinModule('node:http')

export interface Answer {
  status: number
  type: string
  body: string
}

/** The answer for each path. None of them may wait for a server. */
export type Routes = Readonly<Record<string, (query: URLSearchParams) => Answer | Promise<Answer>>>

/**
 * Serves GET and HEAD of the given paths. Nothing it says may be stored: it is about now.
 * @param failed told of an answer that could not be made; the request gets 500
 */
export function createHttpServer(routes: Routes, failed: (path: string, error: unknown) => void): Server {
  return createServer(async (request, response) => {
    const [path, query] = split(request)
    try {
      send(response, await answer(request, query, routes[path]))
    } catch (error) {
      failed(path, error)
      send(response, plain(500, 'internal error'))
    }
  })
}

export function plain(status: number, line: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${line}\n` }
}

function split({ url = '/' }: IncomingMessage): [path: string, query: URLSearchParams] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, new URLSearchParams()] : [url.slice(0, mark), new URLSearchParams(url.slice(mark))]
}

async function answer(
  request: IncomingMessage,
  query: URLSearchParams,
  route: Routes[string] | undefined,
): Promise<Answer> {
  if (!route) return plain(404, 'not found')
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'only GET and HEAD')
  return route(query)
}

function send(response: ServerResponse, { status, type, body }: Answer) {
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    ...(status === 405 && { Allow: 'GET, HEAD' }),
  })
  response.end(body) // Node.js leaves it out of the answer to HEAD
}
