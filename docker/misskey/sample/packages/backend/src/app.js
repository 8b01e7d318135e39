import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from './config.js'
import { connectDatabase } from './database.js'
import { root } from './paths.js'
import { connectRedis } from './redis.js'
import { connectSearch } from './search.js'
import { createServer } from './server/server.js'

/**
 * Starts the server.
 * @returns {Promise<() => Promise<void>>} stops it
 * @throws Error for bad settings, an old Node.js, a database that cannot be reached, a port in use. Without Redis or
 *   Elasticsearch it starts, and calls that need them fail until they are there.
 */
export async function start(log) {
  await checkNode()
  const config = readConfig()
  const db = await connectDatabase(config.db, log).catch(error => {
    throw new Error(`Cannot connect to the database ${config.db.host}:${config.db.port}: ${error.message}`)
  })
  const { commands, events, close: closeRedis } = connectRedis(config.redis, log)
  const search = config.elasticsearch && connectSearch(config.elasticsearch, log)
  await search?.prepare()
  const server = await createServer({ config, db, redis: commands, events, search, log })
  await server.listen({ host: '0.0.0.0', port: config.port })
  return async () => {
    await server.close()
    closeRedis()
    await Promise.all([db.close(), search?.close()])
  }
}

async function checkNode() {
  const wanted = (await readFile(join(root, '.node-version'), 'utf8')).trim()
  const numbers = version => version.replace('v', '').split('.').map(Number)
  const [major, minor] = numbers(process.version)
  const [leastMajor, leastMinor] = numbers(wanted)
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    throw new Error(`Node.js ${process.version} is too old: ${wanted} or later is needed`)
}
