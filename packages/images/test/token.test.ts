import { createPrivateKey, sign } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { pushImages } from '../src/push.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const identity = 'identity-of-tester'

/** A service that gives tokens for a password or an identity, as Azure's registry has it. @returns its address */
async function tokenService(keys: string): Promise<string> {
  const key = createPrivateKey(await readFile(join(keys, 'key.pem')))
  const chain = (await readFile(join(keys, 'cert.pem'), 'utf8')).replace(/-----.*-----|\n/g, '')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const token = (scopes: string[]) => {
    const access = scopes.filter(Boolean).map(scope => {
      const [type, name, actions = ''] = scope.split(':')
      return { type, name, actions: actions.split(',') }
    })
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: 'tester',
      sub: '',
      aud: 'registry',
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: `${now}`,
      access,
    }
    const head = `${part({ typ: 'JWT', alg: 'ES256', x5c: [chain] })}.${part(claims)}`
    const signature = sign('sha256', Buffer.from(head), { key, dsaEncoding: 'ieee-p1363' })
    return `${head}.${signature.toString('base64url')}`
  }
  const server = createServer(async (request, response) => {
    const asked = await question(request)
    const body = asked ? JSON.stringify({ access_token: token(asked), token: token(asked) }) : '{}'
    response.writeHead(asked ? 200 : 401, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/token`
}

/** The scopes of a request with a valid login; nothing for any other request. */
async function question(request: IncomingMessage): Promise<string[] | undefined> {
  const posted = new URLSearchParams(await text(request))
  if (request.method === 'POST')
    return posted.get('refresh_token') === identity ? (posted.get('scope') ?? '').split(' ') : undefined
  const login = `Basic ${Buffer.from('tester:secret').toString('base64')}`
  if (request.headers.authorization !== login) return undefined
  return new URL(request.url ?? '', 'http://x').searchParams
    .getAll('scope')
    .flatMap(scope => scope.split(' '))
}

test('a registry with token authentication, as Azure’s: with a password, and with an identity token', async () => {
  const keys = await temporaryFolder()
  const options = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=tokens',
    '-days',
    '1',
  ]
  await execa('openssl', ['req', '-x509', ...options, '-keyout', 'key.pem', '-out', 'cert.pem'], {
    cwd: keys,
  })
  const realm = await tokenService(keys)
  const token = { realm, service: 'registry', issuer: 'tester', rootcertbundle: join(keys, 'cert.pem') }
  const { address, dockerConfig } = await startRegistry(undefined, () => ({ token }))
  const image = await smallImage(1, 'a/x:1', 'b/x:1')
  const registry = `${address}/prefix`
  const kept = async (config: string) =>
    (await pushImages({ images: [image] }, { registry, dockerConfig: config })).map(({ kept }) => kept)
  const withIdentity = (identitytoken: string) =>
    temporaryFolder({ 'config.json': JSON.stringify({ auths: { [address]: { identitytoken } } }) })
  expect(await kept(dockerConfig)).toEqual([false, false])
  expect(await kept(await withIdentity(identity))).toEqual([true, true])
  image.tags.push('c/x:1')
  expect(await kept(await withIdentity(identity))).toEqual([true, true, false])
  await expect(kept(await withIdentity('forged'))).rejects.toThrow(/refuses the login of \S+\/config\.json/)
})
