import { createRedis } from '@bluecore/sidecar/testing'
import { Redis } from 'ioredis'
import type { Server } from '../server.js'

export async function redisServer(): Promise<Server> {
  const server = await createRedis()
  const { port } = server
  const open = () => new Redis({ host: '127.0.0.1', port, retryStrategy: () => null, commandTimeout: 5_000 })

  async function use<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = open().on('error', () => {}) // the command is told too
    try {
      return await work(redis)
    } finally {
      redis.disconnect()
    }
  }
  const info = (section: string, name: string) =>
    use(async redis => Number((await redis.info(section)).match(new RegExp(`^${name}:(\\d+)`, 'm'))?.[1]))
  const cut = (redis: Redis) => redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')

  return {
    name: 'redis',
    process: server,
    sidecarEnv: { REDIS_PORT: String(port) },
    exporter: exporterPort => ({
      file: 'prometheus-redis-exporter',
      args: ['-web.listen-address', `127.0.0.1:${exporterPort}`, '-redis.addr', `redis://127.0.0.1:${port}`],
      env: {},
    }),
    execProbe: { file: 'redis-cli', args: ['-p', String(port), 'ping'], env: {} },
    pid: async () => server.pid(),
    queries: () => info('stats', 'total_commands_processed'),
    connections: async () => (await info('clients', 'connected_clients')) - 1,
    cutConnections: () => use(cut),
    async breakState() {
      const redis = open()
      await redis.config('SET', 'maxclients', 1)
      await cut(redis)
      const release = () => redis.config('SET', 'maxclients', 10_000).finally(() => redis.disconnect())
      return { wrong: 'no more clients are let in', release }
    },
  }
}
