// What registries, and proxies before them, answer: each case goes through a proxy of the test to a real registry.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type PushTarget, probeAll, pushImages } from '../src/push.js'
import { parseRegistry } from '../src/registry/address.js'
import { openRegistry } from '../src/registry/registry.js'
import { type Answer, startProxy, startServer } from '../testing/proxy.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const megabyte = 1_048_576

/** Pushes a small image through a proxy. */
async function pushThrough(
  answer: Answer,
  more: Partial<PushTarget> = {},
  { bytes = 1_024, msPerChunk = 0 } = {},
) {
  const { address, dockerConfig } = await startProxy(await startRegistry(), { answer, msPerChunk })
  const target = { registry: `${address}/team`, dockerConfig, ...more }
  return { push: pushImages({ images: [await smallImage(bytes, 'x:1')] }, target), address }
}

/** Answers the first requests that are to be answered so; the registry answers the others. */
function first(times: number, status: number, headers = {}): Answer {
  let left = times
  return (request, response) => {
    if (request.method === 'GET' && request.url === '/v2/') return false
    if (left-- <= 0) return false
    return response.writeHead(status, headers).end('busy')
  }
}

const body = (message: string) => JSON.stringify({ errors: [{ code: 'X', message }] })
const always =
  (status: number, text: string, type = 'application/json'): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(text)

test.each([429, 503])('%i with Retry-After: tried again', async status => {
  const { push } = await pushThrough(first(2, status, { 'retry-after': '1' }))
  expect(await push).toMatchObject([{ kept: false }])
})

test.each([
  [
    403,
    body('repository is read-only'),
    /^the registry \S+ forbids this to the login of \S+\/config\.json: repository is read-only$/,
  ],
  [
    500,
    body('unknown error'),
    /answers 500: unknown error Look at its log and at the free space of its storage\.$/,
  ],
  [
    413,
    '<html><h1>413 Request Entity Too Large</h1></html>',
    /answers 413, too large: a proxy before it limits/,
  ],
  [400, body('invalid tag'), /^the registry \S+ answers 400: invalid tag$/],
])('%i: what the registry says, and what to do', async (status, text, message) => {
  const { push } = await pushThrough(always(status, text))
  await expect(push).rejects.toThrow(message)
})

test.each([
  ['project team not found', 404],
  ["The repository with name 'team/x' does not exist", 404],
])('a registry that wants repositories to be created first: %s', async (text, status) => {
  const { push } = await pushThrough((request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') return false
    return response.writeHead(status).end(body(text))
  })
  await expect(push).rejects.toThrow(
    new RegExp(
      `^nothing was pushed:\\n {2}the registry \\S+ has no such repository or project \\(${text}\\): some registries want it to be created first$`,
    ),
  )
})

test('Docker Hub has no place for names of three levels', async () => {
  const registry = openRegistry(parseRegistry('docker.io/someone'))
  await expect(probeAll(registry, ['bluecore/misskey', 'bluecore/setup'])).rejects.toThrow(
    /^nothing was pushed:\n {2}Docker Hub has only names like NAMESPACE\/NAME, .* docker\.io\/someone\/bluecore\/misskey\n {2}Docker Hub/,
  )
})

test('a web page instead of a registry, with status 200', async () => {
  const { push, address } = await pushThrough(always(200, '<html>Sign in to the network</html>', 'text/html'))
  await expect(push).rejects.toThrow(new RegExp(`^the registry ${address}\\b.*$`))
})

test('a proxy that leaves out the length of what it is asked about', async () => {
  const registry = await startRegistry()
  const { address, dockerConfig } = await startProxy(registry, {
    change(request, headers) {
      if (request.method === 'HEAD') delete headers['content-length']
    },
  })
  const target = { registry: address, dockerConfig }
  const image = await smallImage(1_024, 'x:1')
  expect(await pushImages({ images: [image] }, target)).toMatchObject([{ kept: false }])
  expect(await pushImages({ images: [image] }, target)).toMatchObject([{ kept: true }])
})

test('an upload that is sent to another host does not take the password along', async () => {
  const seen: unknown[] = []
  const elsewhere = await startServer((request, response) => {
    seen.push(request.headers.authorization)
    request.resume().on('end', () => response.writeHead(403).end())
  })
  const registry = await startRegistry()
  const { address, dockerConfig } = await startProxy(registry, {
    change(_, headers) {
      if (headers.location) headers.location = `http://${elsewhere}/upload`
    },
  })
  const image = await smallImage(1_024, 'x:1')
  await expect(pushImages({ images: [image] }, { registry: address, dockerConfig })).rejects.toThrow(
    /nothing was pushed/,
  )
  expect(new Set(seen)).toEqual(new Set([undefined]))
})

test('a slow transfer is not given up', async () => {
  const { push } = await pushThrough(
    () => false,
    { stallMs: 6_000 },
    { bytes: 30 * megabyte, msPerChunk: 20 },
  )
  expect(await push).toMatchObject([{ kept: false }])
})

test('a transfer in which nothing moves is given up', async () => {
  const neverRead: Answer = ({ headers }) => Number(headers['content-length']) > megabyte
  const { push } = await pushThrough(neverRead, { stallMs: 4_000 }, { bytes: 30 * megabyte })
  await expect(push).rejects.toThrow(/x:1: the registry \S+ has stopped: nothing moved for 4 s/)
})

test('a registry whose certificate is not trusted, and one without TLS', async () => {
  const dir = await temporaryFolder()
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
  await execa(
    'openssl',
    [
      'req',
      '-x509',
      ...options,
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
    ],
    { cwd: dir },
  )
  const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map(name => readFile(join(dir, name))))
  const server = createServer({ key, cert }, (_, response) => response.writeHead(404).end()).listen(
    0,
    '127.0.0.1',
  )
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = () => openRegistry(parseRegistry(`https://${host}`)).manifest('x', '1')
  await expect(ask()).rejects.toThrow(
    `put its authority into /etc/docker/certs.d/${host}/ca.crt, or name the file in SSL_CERT_FILE`,
  )
  vi.stubEnv('SSL_CERT_FILE', join(dir, 'cert.pem'))
  try {
    expect(await ask()).toBeUndefined()
  } finally {
    vi.unstubAllEnvs()
  }
  const plain = await startServer((_, response) => response.end())
  await expect(openRegistry(parseRegistry(`https://${plain}`)).manifest('x', '1')).rejects.toThrow(
    `the registry ${plain} has no TLS: write http://${plain}`,
  )
})
