import { randomUUID } from 'node:crypto'
import { type Check, HealthError } from '@bluecore/sidecar'
import type { KeptRedis } from '../connect.js'

const key = 'bluecore:health'

/** Longer than the interval, so that there is always one to look at; it expires when the sidecar stops. */
const keptMs = 60_000

/**
 * Does it accept a write and return it? READONLY, MISCONF and OOM are returned only for writes. A replica is not written
 * to: what it accepts is lost at the next synchronisation.
 */
export function write(redis: KeptRedis): Check {
  return {
    name: 'write',
    intervalMs: 10_000,
    retryMs: 2_000,
    deadlineMs: 1_000,
    run: signal =>
      redis.use(signal, async connection => {
        const [role, , , link] = await connection.role()
        if (role === 'slave')
          throw new HealthError('readonly', `it is a replica, and its link to the master is: ${link}`)
        const token = randomUUID()
        const begun = performance.now()
        await connection.set(key, token, 'PX', keptMs)
        const found = await connection.get(key)
        const ms = performance.now() - begun
        if (found !== token) throw new Error(`it stored ${token} but returned ${JSON.stringify(found)}`)
        return { steps: { write: ms } }
      }),
  }
}
