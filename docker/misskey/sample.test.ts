import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { testContract } from '@bluecore/misskey-contract/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSample, type Instance, type Sample } from './testing/sample.js'
import { testOutages } from './testing/sample-outages.js'
import { testStarts } from './testing/sample-starts.js'
import { type Servers, settingsFor, startServers } from './testing/servers.js'

let servers: Servers
let sample: Sample
let instances: Instance[]

// The three begin at once without an index: one makes it, the others must live with that.
beforeAll(async () => {
  ;[servers, sample] = await Promise.all([startServers(), buildSample()])
  await sample.configure(settingsFor(servers))
  await sample.migrate()
  instances = await Promise.all([sample.start(), sample.start(), sample.start()])
}, 300_000)

afterAll(async () => {
  await sample?.remove()
  await servers?.remove()
}, 60_000)

test('no lock file names a host, nor leaves a package without its hash', async () => {
  for (const name of ['.', 'packages/backend', 'packages/client', 'packages/sw']) {
    const lock = await readFile(join(import.meta.dirname, 'sample', name, 'yarn.lock'), 'utf8')
    expect(lock.match(/^ {2}resolved .*:\/\/.*$/gm)).toBeNull()
    const count = (of: RegExp) => lock.match(of)?.length ?? 0
    expect(count(/^ {2}integrity sha512-/gm)).toBe(count(/^ {2}version /gm))
    expect(count(/^ {2}resolved /gm)).toBe(count(/^ {2}version /gm))
  }
})

testContract(account)
testOutages(() => ({ servers, instances, account: account() }))
testStarts(() => ({ sample, servers, settings: settingsFor(servers) }))

function account() {
  return {
    urls: instances.map(instance => instance.url),
    username: 'admin',
    password: 'a long password',
    tokenFile: join(sample.folder, 'token'),
  }
}
