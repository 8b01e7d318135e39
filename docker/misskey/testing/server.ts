import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Container, container, temporaryFolder, volume } from '@bluecore/images/testing'
import { freePort, until } from '@bluecore/sidecar/testing'
import { expect, onTestFinished, test } from 'vitest'
import { settingsFor, startServers } from './servers.js'

const byHand = 'node node_modules/typeorm/cli.js migration:run -d ormconfig.js'.split(' ')
/** What the chart's Job and its waiting pods run. */
const script = new URL('../../../charts/umbrella/charts/misskey/files/migrations.mjs', import.meta.url)
const byChart = ['node', '--input-type=module', '--eval', (await readFile(script, 'utf8')).trim()]
const { resolve } = createRequire(import.meta.url)
const contract = join(dirname(resolve('@bluecore/misskey-contract')), '..')
const vitest = join(dirname(resolve('vitest/package.json')), 'vitest.mjs')

/** Migrations, servers and their end, as in the cluster: read-only, without capabilities, files/ shared. */
export function testServer(image: string): void {
  // Three servers, Elasticsearch and all migrations, beside the tests of other images: more than a test's usual limit.
  const timeout = 10 * 60_000
  test('migrates a database once, fulfils the contract in three containers, and stops at SIGTERM', {
    timeout,
  }, async () => {
    const servers = await startServers()
    onTestFinished(async () => await servers.remove())
    const mounts = {
      '/misskey/.config': await temporaryFolder({ 'default.yml': JSON.stringify(settingsFor(servers)) }), // JSON is YAML
      '/misskey/files': await volume(image, '991:991'),
    }
    const waiting = await container(image, { mounts, network: 'host', args: [...byChart, 'wait'] })
    for (const [args, said] of [
      [[...byChart, 'run'], /^done: /m],
      [[...byChart, 'run'], /^0 of \d+ migrations are to be run$/m],
      [byHand, /No migrations are pending/],
    ] as const) {
      const migration = await container(image, { mounts, network: 'host', args: [...args] })
      expect(await migration.ended(), await migration.logs()).toEqual({ exitCode: 0 })
      expect(await migration.logs()).toMatch(said)
    }
    expect(await waiting.ended(), await waiting.logs()).toEqual({ exitCode: 0 })

    const instances: { url: string; server: Container }[] = []
    for (const port of await Promise.all([freePort(), freePort(), freePort()])) {
      const server = await container(image, { mounts, network: 'host', env: { PORT: `${port}` } })
      instances.push({ url: `http://127.0.0.1:${port}`, server })
    }
    for (const { url } of instances) await until(`${url} answered`, () => serves(url), 180_000)
    await keepsContract(instances.map(({ url }) => url))

    for (const { server } of instances) {
      const { exitCode, seconds } = await server.stop()
      expect(exitCode, await server.logs()).toBe(0)
      expect(seconds).toBeLessThan(15)
    }
  })
}

async function serves(url: string): Promise<boolean> {
  return await fetch(`${url}/manifest.json`, { signal: AbortSignal.timeout(5_000) }).then(
    response => response.ok,
    () => false,
  )
}

/** Runs the tests of packages/misskey-contract, as its README does. */
async function keepsContract(urls: string[]): Promise<void> {
  const folder = await temporaryFolder({ password: 'a long password' })
  const env = {
    PATH: process.env.PATH,
    CONTRACT_URLS: urls.join(),
    CONTRACT_USERNAME: 'admin',
    CONTRACT_PASSWORD_FILE: join(folder, 'password'),
    CONTRACT_TOKEN_FILE: join(folder, 'token'),
  }
  const done = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', contract], {
    env,
  }).catch(error => error)
  expect(done.code, done.stdout + done.stderr).toBeUndefined()
  console.log(/Tests .*/.exec(done.stdout)?.[0])
}
