import { type Connection, keepConnection, type Opening } from '@bluecore/sidecar'
import { Redis } from 'ioredis'
import { healthError } from './replies.js'
import type { RedisSettings } from './settings.js'

/** The kept connection. */
export interface KeptRedis extends Connection {
  /**
   * @param signal when aborted the connection is destroyed
   * @throws HealthError for every error reply and every loss that has a class
   */
  use<T>(signal: AbortSignal, work: (redis: Redis) => Promise<T>): Promise<T>
}

export function connect(settings: RedisSettings, lost: () => void): KeptRedis {
  const kept = keepConnection(gone => open(settings, gone), lost)
  return {
    async use(signal, work) {
      try {
        return await kept.use(signal, work)
      } catch (error) {
        throw healthError(error)
      }
    },
    close: kept.close,
  }
}

function open(settings: RedisSettings, gone: () => void): Opening<Redis> {
  const redis = new Redis({
    host: settings.REDIS_HOST,
    port: settings.REDIS_PORT,
    ...(settings.REDIS_PASSWORD && { password: settings.REDIS_PASSWORD }),
    // Nothing but AUTH is sent before the first question: a full server says so and closes, and a second write to it would
    // fail before its word is read.
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    // By default ioredis waits and tries again for ever; here the next run of the check tries again.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    commandTimeout: 5_000, // the deadline of the check comes first
    disconnectTimeout: 1, // a frozen server never closes its end
  })
  let cause: unknown
  redis.on('error', error => {
    cause ??= error
  })
  redis.once('end', gone)
  // connect() says only that the connection was closed; why, an event has said before.
  const ready = redis.connect().then(
    () => redis,
    error => Promise.reject(cause ?? error),
  )
  return { ready, destroy: () => redis.disconnect() }
}
