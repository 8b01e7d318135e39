// Where a login may stand, and what is said when it cannot be had.
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { parseRegistry } from '../src/registry/address.js'
import { openRegistry } from '../src/registry/registry.js'
import { startServer } from '../testing/proxy.js'
import { startRegistry } from '../testing/registry.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

afterEach(() => void vi.unstubAllEnvs())

const auth = Buffer.from('tester:secret').toString('base64')
const ask = (address: string, dockerConfig?: string) =>
  openRegistry(parseRegistry(address), dockerConfig ? { dockerConfig } : {}).manifest('x', '1')
const configured = (config: object) => temporaryFolder({ 'config.json': JSON.stringify(config) })

test.each([
  ['a password', (host: string) => ({ [host]: { auth } })],
  ['a user and a password', (host: string) => ({ [host]: { username: 'tester', password: 'secret' } })],
  ['older clients’ name of the host', (host: string) => ({ [`https://${host}`]: { auth } })],
  ['the address of the API', (host: string) => ({ [`https://${host}/v2/`]: { auth } })],
])('config.json has %s', async (_, auths) => {
  const { address } = await startRegistry()
  expect(await ask(address, await configured({ auths: auths(address) }))).toBeUndefined()
})

test('where the Docker configuration has no login, the file of buildah and podman counts', async () => {
  const { address } = await startRegistry()
  const folder = await temporaryFolder({ 'auth.json': JSON.stringify({ auths: { [address]: { auth } } }) })
  vi.stubEnv('DOCKER_CONFIG', join(folder, 'none'))
  await expect(ask(address)).rejects.toThrow(`wants a login, and ${folder}/none/config.json has none for it`)
  vi.stubEnv('REGISTRY_AUTH_FILE', join(folder, 'auth.json'))
  expect(await ask(address)).toBeUndefined()
  vi.stubEnv('DOCKER_CONFIG', await configured({ auths: { 'other.example': { auth } } }))
  expect(await ask(address)).toBeUndefined()
  vi.stubEnv('REGISTRY_AUTH_FILE', undefined)
  await mkdir(join(folder, 'containers'))
  await writeFile(join(folder, 'containers/auth.json'), JSON.stringify({ auths: { [address]: { auth } } }))
  vi.stubEnv('XDG_RUNTIME_DIR', folder)
  expect(await ask(address)).toBeUndefined()
})

test('a configuration that is not JSON is named, and not repeated', async () => {
  const { address } = await startRegistry()
  const folder = await temporaryFolder({ 'config.json': '{"auths": secret' })
  const error = await ask(address, folder).catch(error => error)
  expect(error.message).toBe(`${folder}/config.json is not JSON`)
})

test.each([
  ['a login', `echo '{"Username":"tester","Secret":"secret"}'`, undefined],
  [
    'no login',
    'echo credentials not found in native keychain; exit 1',
    /wants a login, and \S+config\.json has none/,
  ],
  [
    'a failure',
    'echo the vault is locked; exit 1',
    /wants a login: docker-credential-test cannot give it: the vault is locked/,
  ],
  [
    'nonsense',
    'echo welcome',
    /wants a login: docker-credential-test answers with something that is not a login/,
  ],
])('a credential helper that answers with %s', async (_, script, message) => {
  const { address } = await startRegistry()
  const folder = await configured({ credHelpers: { [address]: 'test' } })
  const helper = join(folder, 'docker-credential-test')
  await writeFile(helper, `#!/bin/sh\nread host; [ "$host" = ${address} ] || exit 9\n${script}\n`)
  await chmod(helper, 0o755)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  if (message) await expect(ask(address, folder)).rejects.toThrow(message)
  else expect(await ask(address, folder)).toBeUndefined()
})

test('a credential helper that is not there is named', async () => {
  const { address } = await startRegistry()
  const folder = await configured({ credsStore: 'missing' })
  await expect(ask(address, folder)).rejects.toThrow(/docker-credential-missing.*PATH/)
})

/** A registry that gives nothing without a token of this service. */
async function withTokens(realm: string): Promise<string> {
  return await startServer((_, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",service="registry"` }).end()
  })
}

test.each([
  ['fails', 500, 'out of order'],
  ['answers with a web page', 200, '<html>Sign in</html>'],
])('a token service that %s is named', async (_, status, text) => {
  const tokens = await startServer((_, response) => response.writeHead(status).end(text))
  const host = await withTokens(`http://${tokens}/token?tenant=a`)
  const folder = await configured({ auths: { [host]: { auth } } })
  const error = await ask(host, folder).catch(error => error)
  expect(error.message).toMatch(new RegExp(`^the registry ${host}`))
  expect(error.message).toContain(tokens)
})

test('a token service that is silent is given up', async () => {
  const tokens = await startServer(() => {})
  const host = await withTokens(`http://${tokens}/token`)
  const registry = openRegistry(parseRegistry(host), {
    dockerConfig: await configured({ auths: { [host]: { auth } } }),
    stallMs: 2_000,
  })
  await expect(registry.manifest('x', '1')).rejects.toThrow(/has stopped: nothing moved for 2 s/)
})
