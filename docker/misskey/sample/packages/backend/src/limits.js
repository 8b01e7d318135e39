/**
 * Counts a call in Redis, where all instances count together.
 * @param {{key: string, actor: string, max: number, duration: number, minInterval?: number}} rule
 *   at most `max` calls in `duration` ms, and none earlier than `minInterval` ms after the one before
 * @returns {Promise<boolean>} whether the call is within the limit
 */
export async function withinLimit(redis, { key, actor, max, duration, minInterval }) {
  const name = `limit:${actor}:${key}`
  if (minInterval && (await redis.set(`${name}:min`, 1, 'PX', minInterval, 'NX')) === null) return false
  const answers = await redis.multi().set(name, 0, 'PX', duration, 'NX').incr(name).exec()
  const [error, count] = answers[1]
  if (error) throw error
  return count <= max
}
