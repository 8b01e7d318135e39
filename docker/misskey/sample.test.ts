import { afterAll, beforeAll } from 'vitest'
import { testContract } from './contract/contract.js'
import { testOutages } from './contract/local/outages.js'
import { buildSample, type Instance, type Sample } from './contract/local/sample.js'
import { type Servers, startServers } from './contract/local/servers.js'
import { type Settings, testStarts } from './contract/local/starts.js'

let servers: Servers
let sample: Sample
let instances: Instance[]

// The three begin at once without an index: one makes it, the others must live with that.
beforeAll(async () => {
  ;[servers, sample] = await Promise.all([startServers(), buildSample()])
  await sample.configure(settings())
  await sample.migrate()
  instances = await Promise.all([sample.start(), sample.start(), sample.start()])
}, 300_000)

afterAll(async () => {
  await sample?.remove()
  await servers?.remove()
}, 60_000)

testContract(account)
testOutages(() => ({ servers, instances, account: account() }))
testStarts(() => ({ sample, servers, settings: settings() }))

function account() {
  return { urls: instances.map(instance => instance.url), username: 'admin', password: 'a long password' }
}

/** What the cluster puts into default.yml. */
function settings(): Settings {
  const { postgres, redis, redisPassword, elasticsearch } = servers
  const host = '127.0.0.1'
  return {
    url: 'https://misskey.example.org/',
    db: { host, port: postgres.port, db: 'misskey', user: 'postgres', pass: postgres.password },
    redis: { host, port: redis.port, pass: redisPassword },
    elasticsearch: { host, port: elasticsearch.port, ssl: false },
    id: 'aid',
  }
}
