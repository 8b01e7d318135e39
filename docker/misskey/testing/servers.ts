import { createElasticsearch, createPostgres, createRedis } from '@bluecore/sidecar/testing'

export type Servers = Awaited<ReturnType<typeof startServers>>

/** A real PostgreSQL 10.23, Redis and Elasticsearch 7.4.2 on free ports of this machine, each with a password if it can. */
export async function startServers() {
  const redisPassword = crypto.randomUUID()
  const postgres = await createPostgres()
  const redis = await createRedis(['--requirepass', redisPassword])
  const elasticsearch = await createElasticsearch()
  const all = [postgres, redis, elasticsearch]
  const remove = async () => void (await Promise.all(all.map(server => server.remove())))
  try {
    await Promise.all(all.map(server => server.start()))
  } catch (error) {
    await remove()
    throw error
  }
  return { postgres, redis, redisPassword, elasticsearch, remove }
}

export interface Settings {
  url: string
  db: { host: string; port: number; db: string; user: string; pass: string }
  redis: { host: string; port: number; pass: string }
  elasticsearch: { host: string; port: number; ssl: boolean }
  id: string
}

/** What the cluster puts into default.yml, for these servers. */
export function settingsFor({ postgres, redis, redisPassword, elasticsearch }: Servers): Settings {
  const host = '127.0.0.1'
  return {
    url: 'https://misskey.example.org/',
    db: { host, port: postgres.port, db: 'misskey', user: 'postgres', pass: postgres.password },
    redis: { host, port: redis.port, pass: redisPassword },
    elasticsearch: { host, port: elasticsearch.port, ssl: false },
    id: 'aid',
  }
}
