import { type Connection, HealthError, type Opening, persistentConnection } from '@bluecore/sidecar'
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

interface Session {
  redis: Redis
  /** Closed by one check that got no response; the others had none either. */
  abandoned: boolean
}

export function connect(settings: RedisSettings, lost: () => void): KeptRedis {
  const kept = persistentConnection(gone => open(settings, gone), lost)
  return {
    use: (signal, work) =>
      kept.use(signal, session =>
        work(session.redis).catch(error => {
          throw described(session, error)
        }),
      ),
    close: kept.close,
  }
}

function open(settings: RedisSettings, gone: () => void): Opening<Session> {
  const redis = new Redis({
    host: settings.REDIS_HOST,
    port: settings.REDIS_PORT,
    ...(settings.REDIS_PASSWORD && { password: settings.REDIS_PASSWORD }),
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    // By default ioredis retries without a limit; here the next run of the check retries.
    retryStrategy: () => null,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    commandTimeout: 5_000, // the deadline of the check comes first
    disconnectTimeout: 1, // a frozen server never closes its end
  })
  const session: Session = { redis, abandoned: false }
  let cause: unknown
  redis.on('error', error => {
    cause ??= error
  })
  redis.once('end', gone)
  return {
    // connect() rejects with "closed" only; an earlier event had the cause.
    ready: greet(redis, settings).then(
      () => session,
      error => Promise.reject(described(session, cause ?? error)),
    ),
    destroy() {
      if (redis.status !== 'end') session.abandoned = true
      redis.disconnect()
    },
  }
}

/**
 * A server at maxclients sends an error and closes; a second write would fail before that error is read. So the first
 * command is sent alone, before those of the checks: AUTH, or else RESET. Both are answered in every state.
 */
async function greet(redis: Redis, settings: RedisSettings): Promise<void> {
  await redis.connect()
  if (!settings.REDIS_PASSWORD) await redis.reset()
}

function described(session: Session, error: unknown): Error {
  return session.abandoned
    ? new HealthError('frozen', 'another check got no response and closed the connection')
    : healthError(error)
}
