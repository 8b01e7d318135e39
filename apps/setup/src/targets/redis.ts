import { Redis } from 'ioredis'
import type { TargetFrom } from './target.js'

/** Redis answers PONG: it has loaded its data and takes our password. */
export const redis: TargetFrom = settings => {
  const host = settings.text('REDIS_HOST')
  const port = settings.number('REDIS_PORT', 6379, 1, 65_535)
  const password = settings.secret('REDIS_PASSWORD')
  return {
    goal: `redis (${host}:${port})`,
    async attempt() {
      const client = new Redis({
        ...{ host, port, password },
        lazyConnect: true,
        connectTimeout: 5_000,
        commandTimeout: 5_000,
        maxRetriesPerRequest: 0,
        retryStrategy: null,
        enableReadyCheck: false,
      })
      let lost: Error | undefined
      client.on('error', error => {
        lost = error // says more than the command's "Connection is closed"
      })
      try {
        await client.connect()
        await client.ping()
      } catch (error) {
        throw lost ?? error
      } finally {
        client.disconnect()
      }
    },
  }
}
