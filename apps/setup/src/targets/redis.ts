import { port } from '@bluecore/settings'
import { Redis } from 'ioredis'
import * as z from 'zod/mini'
import { defineTarget } from './target.js'

const shape = {
  REDIS_HOST: z.string(),
  REDIS_PORT: z._default(port(), 6379),
  REDIS_PASSWORD: z.string(),
}

/** Redis answers PONG: it has loaded its data and accepts our password. */
export const redis = defineTarget({ shape, secrets: ['REDIS_PASSWORD'] }, settings => {
  const { REDIS_HOST: host, REDIS_PORT: port, REDIS_PASSWORD: password } = settings
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
})
