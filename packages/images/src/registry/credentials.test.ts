import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { findCredentials } from './credentials.js'

const host = 'registry.example:5000'
const auth = Buffer.from('user:pass:word').toString('base64')

async function configured(config: object | string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'images-config-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  return folder
}

test.each([
  ['a password', { auths: { [host]: { auth } } }, { username: 'user', password: 'pass:word' }],
  [
    'a password, as older clients write the host',
    { auths: { [`https://${host}`]: { auth } } },
    { username: 'user', password: 'pass:word' },
  ],
  [
    'a token for an identity, as Azure gives',
    { auths: { [host]: { auth: 'eDo=', identitytoken: 't' } } },
    { identityToken: 't' },
  ],
  ['another registry’s login', { auths: { 'other.example': { auth } } }, undefined],
  ['nothing', {}, undefined],
])('%s', async (_, config, expected) => {
  expect(await findCredentials(host, await configured(config))).toEqual(expected)
})

test('no configuration is no login; one that is not JSON is not repeated', async () => {
  expect(await findCredentials(host, '/no/such/folder')).toBeUndefined()
  const broken = await configured('{"auths": secret')
  await expect(findCredentials(host, broken)).rejects.toThrow(
    new RegExp(`^${broken}/config.json is not JSON$`),
  )
})

test('a credential helper is asked; one that is not there, or fails, is named', async () => {
  const folder = await configured({ credHelpers: { [host]: 'test' }, credsStore: 'missing' })
  const helper = join(folder, 'docker-credential-test')
  const answers = async (script: string) => {
    await writeFile(helper, `#!/bin/sh\nread host; [ "$host" = ${host} ] || exit 9\n${script}\n`)
    await chmod(helper, 0o755)
  }
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  try {
    await answers(`echo '{"Username":"user","Secret":"secret"}'`)
    expect(await findCredentials(host, folder)).toEqual({ username: 'user', password: 'secret' })
    await answers(`echo '{"Username":"<token>","Secret":"t"}'`)
    expect(await findCredentials(host, folder)).toEqual({ identityToken: 't' })
    await answers('echo credentials not found in native keychain; exit 1')
    expect(await findCredentials(host, folder)).toBeUndefined()
    await answers('exit 1')
    await expect(findCredentials(host, folder)).rejects.toThrow(
      `docker-credential-test cannot give the login of ${host} (exit code 1)`,
    )
    await expect(findCredentials('other.example', folder)).rejects.toThrow(
      'the Docker configuration wants docker-credential-missing for other.example, but it is not on PATH',
    )
  } finally {
    vi.unstubAllEnvs()
  }
})
