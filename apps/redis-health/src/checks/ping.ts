import type { Check } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'

/**
 * Does it reply PONG? Any other reply (LOADING, MISCONF, BUSY …) is a response too, with a class: the process runs, but
 * cannot be used.
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
