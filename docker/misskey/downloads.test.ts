import { execFile } from 'node:child_process'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { networkInterfaces } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryFolder } from '@bluecore/images/testing'
import { describe, expect, onTestFinished, test } from 'vitest'

const run = promisify(execFile)
const here = import.meta.dirname
const closedPort = 'http://127.0.0.1:9'

describe('a download that fails is named in the last line, with a mirror as the way out:', () => {
  test('packages of the distribution', async () => {
    expect(await lastLine({ MISSKEY_PACKAGES: closedPort })).toMatch(
      /download failed: packages of the distribution \(http:\/\/127\.0\.0\.1:9\/\S+\): .*refused.*A mirror: MISSKEY_PACKAGES=/,
    )
  })

  test('packages from npm', async () => {
    const source = await sourceWith('http://127.0.0.1:9/never-cached/-/never-cached-1.0.0.tgz')
    expect(await lastLine({ MISSKEY_SOURCE: source, MISSKEY_REGISTRY: closedPort })).toMatch(
      /download failed: packages from npm: connect ECONNREFUSED 127\.0\.0\.1:9\. A mirror: MISSKEY_REGISTRY=/,
    )
  })

  test('the git dependency', async () => {
    const source = await sourceWith(`git+http://127.0.0.1:9/x.git#${'0'.repeat(40)}`)
    expect(await lastLine({ MISSKEY_SOURCE: source })).toMatch(
      /download failed: the git dependency \(http:\/\/127\.0\.0\.1:9\/x\.git\/\): .*A mirror: MISSKEY_MIRROR=/,
    )
  })

  test('the source', async () => {
    expect(await lastLine({ MISSKEY_SOURCE: `${closedPort}/misskey.git` })).toMatch(
      /download failed: the source \(http:\/\/127\.0\.0\.1:9\/misskey\.git at 12\.119\.2\): .*A mirror: MISSKEY_SOURCE=/,
    )
  })
})

test('a registry with a private certificate is trusted by the build’s secret, and only by it', async () => {
  const { registry, asked, certificate } = await privateRegistry()
  const source = await sourceWith(`${registry}/never-cached/-/never-cached-1.0.0.tgz`)
  expect(await lastLine({ MISSKEY_SOURCE: source })).toMatch(/packages from npm: .*certificate/)
  expect(asked).toEqual([])
  expect(await lastLine({ MISSKEY_SOURCE: source }, certificate)).toMatch(/never-cached.*404 Not Found/)
  expect(asked).toContain('/never-cached/-/never-cached-1.0.0.tgz')
})

/**
 * Builds the sample, or MISSKEY_SOURCE, on Debian under a name of its own.
 * @param ca certificate that the build trusts instead of this machine's
 * @returns the last line of the command that failed
 */
async function lastLine(env: NodeJS.ProcessEnv, ca = '/nowhere'): Promise<string> {
  const folder = await temporaryFolder()
  await copy(here, folder, ['dist', 'sample', 'node_modules'])
  await symlink(join(here, 'node_modules'), join(folder, 'node_modules'))
  const image = JSON.parse(await readFile(join(folder, 'image.json'), 'utf8'))
  image.images[0].name = 'bluecore-test/misskey'
  if (ca !== '/nowhere') image.secrets.ca = ca
  await writeFile(join(folder, 'image.json'), JSON.stringify(image))
  const settings = { MISSKEY_BASE: 'debian:bookworm', MISSKEY_SOURCE: join(here, 'sample'), ...env }
  const command = join(folder, 'node_modules/.bin/images')
  const failed = await run(command, ['build'], {
    cwd: folder,
    env: { ...process.env, ...settings },
    maxBuffer: 1 << 28,
  }).then(
    () => ({ stderr: 'the build succeeded' }),
    error => error,
  )
  return failed.stderr.trimEnd().split('\n').at(-1)
}

/** The sample with one more package, which is at `resolved` and in no cache. */
async function sourceWith(resolved: string): Promise<string> {
  const folder = await temporaryFolder()
  await copy(join(here, 'sample'), folder, ['node_modules', 'built'])
  const path = join(folder, 'package.json')
  const range = resolved.startsWith('git') ? resolved : '1.0.0'
  const about = { ...JSON.parse(await readFile(path, 'utf8')), dependencies: { 'never-cached': range } }
  await writeFile(path, JSON.stringify(about))
  const entry = `"never-cached@${range}":\n  version "1.0.0"\n  resolved "${resolved}"\n`
  await writeFile(join(folder, 'yarn.lock'), `# yarn lockfile v1\n\n\n${entry}`)
  return folder
}

/** A registry without packages on this machine, at an address that builds can reach. */
async function privateRegistry() {
  const addresses = Object.values(networkInterfaces()).flat()
  const host = addresses.find(found => found?.family === 'IPv4' && !found.internal)?.address
  if (!host) throw new Error('this machine has no address besides its loopback, so no build could reach it')
  const folder = await temporaryFolder()
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const request = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=registry -addext subjectAltName=IP:${host}`
  await run('openssl', [...request.split(' '), '-keyout', key, '-out', certificate])
  const asked: string[] = []
  const server = createServer(
    { key: await readFile(key), cert: await readFile(certificate) },
    (question, answer) => {
      asked.push(question.url ?? '')
      answer.writeHead(404).end()
    },
  )
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  return { registry: `https://${host}:${port}`, asked, certificate }
}

async function copy(from: string, to: string, without: readonly string[]): Promise<void> {
  await cp(from, to, { recursive: true, filter: path => path === from || !without.includes(basename(path)) })
}
