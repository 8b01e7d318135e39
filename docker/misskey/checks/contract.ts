import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { container, volume } from '@bluecore/images/testing'
import { freePort, until } from '@bluecore/sidecar/testing'
import { expect, onTestFinished, test } from 'vitest'
import { settingsFor, startServers } from '../local/servers.js'

const migrate = 'node node_modules/typeorm/cli.js migration:run -d ormconfig.js'.split(' ')
const { resolve } = createRequire(import.meta.url)
const contract = join(dirname(resolve('@bluecore/misskey-contract')), '..')
const vitest = join(dirname(resolve('vitest/package.json')), 'vitest.mjs')

/** The contract of packages/misskey-contract, as its README runs it. */
export function testContractHolds(image: string): void {
  test('keeps the contract: three containers, read-only, without capabilities, that share files/', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'misskey-contract-'))
    onTestFinished(async () => await rm(folder, { recursive: true }))
    const servers = await startServers()
    onTestFinished(async () => await servers.remove())
    const config = join(folder, 'default.yml')
    await writeFile(config, JSON.stringify(settingsFor(servers))) // JSON is YAML
    const mounts = { '/misskey/.config/default.yml': config, '/misskey/files': await volume(image, '991:991') }

    const migration = await container(image, { mounts, network: 'host', args: migrate })
    expect(await migration.ended(), await migration.logs()).toEqual({ exitCode: 0 })
    const urls = await Promise.all(
      [1, 2, 3].map(async () => {
        const port = await freePort()
        await container(image, { mounts, network: 'host', env: { PORT: `${port}` } })
        return `http://127.0.0.1:${port}`
      }),
    )
    for (const url of urls) await until(`${url} answered`, () => answers(`${url}/manifest.json`), 180_000)

    await writeFile(join(folder, 'password'), 'a long password')
    const kept = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', contract], {
      env: {
        PATH: process.env.PATH,
        CONTRACT_URLS: urls.join(),
        CONTRACT_USERNAME: 'admin',
        CONTRACT_PASSWORD_FILE: join(folder, 'password'),
        CONTRACT_TOKEN_FILE: join(folder, 'token'),
      },
    }).catch(error => error)
    expect(kept.code, kept.stdout + kept.stderr).toBeUndefined()
  })
}

const answers = (url: string) =>
  fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    response => response.ok,
    () => false,
  )
