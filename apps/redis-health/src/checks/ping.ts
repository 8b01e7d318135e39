import type { Check } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'

/**
 * Does it say PONG? Everything else it may say (LOADING, MISCONF, BUSY …) is an answer too, with a class: the process
 * is there, but cannot be used.
 */
export function ping(redis: KeptRedis): Check {
  return {
    name: 'ping',
    intervalMs: 1_000,
    deadlineMs: 800,
    async run(signal) {
      const reply = await redis.use(signal, connection => connection.ping())
      if (reply !== 'PONG') throw new Error(`it answered ${JSON.stringify(reply)} to PING`)
      return {}
    },
  }
}
