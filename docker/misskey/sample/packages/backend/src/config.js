import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { root } from './paths.js'

const path = join(root, '.config/default.yml')
const required = ['url', 'db.host', 'db.port', 'db.db', 'db.user', 'db.pass', 'redis.host', 'redis.port']

/**
 * Reads .config/default.yml. The keys are Misskey's; those that the sample does not use are ignored.
 * `port` wins over the environment's PORT.
 * @returns {{url: string, host: string, port: number, db: object, redis: object, elasticsearch?: object}}
 * @throws Error naming every missing or bad key at once
 */
export function readConfig() {
  const found = parse()
  const get = name => name.split('.').reduce((value, key) => value?.[key], found)
  const wanted = found.elasticsearch ? [...required, 'elasticsearch.host', 'elasticsearch.port'] : required
  const problems = wanted.filter(name => get(name) == null).map(name => `${name} is missing`)
  const url = parseUrl(found.url)
  if (found.url != null && !url) problems.push(`url is ${found.url}, not like https://example.org/`)
  const port = Number(found.port ?? process.env.PORT ?? 3000)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`port is ${port}`)
  if (problems.length > 0) throw new Error(`${path}: ${problems.join('; ')}`)
  const redis = { prefix: url.host, ...found.redis }
  return { ...found, url: url.origin, host: url.host, port, redis }
}

function parse() {
  try {
    return load(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error.message}`)
  }
}

function parseUrl(text) {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}
