import { atEnd } from '../cleanup.js'
import type { Server } from '../server.js'
import { elasticsearchServer } from './elasticsearch.js'
import { postgresServer } from './postgres.js'
import { redisServer } from './redis.js'

const makers = { postgres: postgresServer, redis: redisServer, elasticsearch: elasticsearchServer }

export type ServerName = keyof typeof makers

export const serverNames = Object.keys(makers) as ServerName[]

/** Makes the server and starts it; it is removed at the end. */
export async function startServer(name: ServerName): Promise<Server> {
  const server = await makers[name]()
  atEnd(() => server.process.remove())
  await server.process.start()
  return server
}
