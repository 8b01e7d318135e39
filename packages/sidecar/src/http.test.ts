import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHttpServer, plain } from './http.js'

const failures: unknown[] = []
const server = createHttpServer(
  {
    '/well': () => plain(200, 'well — ü'),
    '/asked': query => plain(200, query.has('verbose') ? 'much' : 'little'),
    '/unwell': async () => plain(503, 'unwell'),
    '/broken': () => {
      throw new Error('a fault of ours')
    },
  },
  (path, error) => failures.push([path, (error as Error).message]),
)
let url: string

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
})

test.each([
  ['GET', '/well', 200, 'well — ü\n'],
  ['GET', '/well?verbose', 200, 'well — ü\n'],
  ['GET', '/asked', 200, 'little\n'],
  ['GET', '/asked?a=1&verbose', 200, 'much\n'],
  ['GET', '/unwell', 503, 'unwell\n'],
  ['HEAD', '/well', 200, ''],
  ['HEAD', '/unwell', 503, ''],
  ['GET', '/nowhere', 404, 'not found\n'],
  ['GET', '/well/', 404, 'not found\n'],
  ['POST', '/nowhere', 404, 'not found\n'],
  ['POST', '/well', 405, 'only GET and HEAD\n'],
  ['OPTIONS', '/well', 405, 'only GET and HEAD\n'],
])('%s %s is %d', async (method, path, status, body) => {
  const response = await fetch(url + path, { method })
  expect([response.status, await response.text()]).toEqual([status, body])
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('allow')).toBe(status === 405 ? 'GET, HEAD' : null)
})

test('HEAD returns the length of what GET would send', async () => {
  const head = await fetch(`${url}/well`, { method: 'HEAD' })
  expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength('well — ü\n')))
})

test('a response that cannot be rendered is 500, and logged', async () => {
  expect((await fetch(`${url}/broken`)).status).toBe(500)
  expect(failures).toEqual([['/broken', 'a fault of ours']])
})
