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
