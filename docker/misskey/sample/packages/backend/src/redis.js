import { Redis } from 'ioredis'

/**
 * Two connections, one for commands and one for the events of all instances. Both reconnect by themselves; until
 * then a command waits up to 15 s and fails.
 * `events.publish(event)` reaches the `events.listen(listener)` of every instance with the same prefix.
 */
export function connectRedis({ host, port, pass, db, prefix }, log) {
  const options = {
    host,
    port,
    ...(pass != null && { password: String(pass) }),
    db: db ?? 0,
    keyPrefix: `${prefix}:`,
    retryStrategy: times => Math.min(times * 50, 1_000),
  }
  const commands = new Redis({ ...options, commandTimeout: 15_000 })
  const subscriber = new Redis({ ...options, maxRetriesPerRequest: null })
  for (const redis of [commands, subscriber]) logOutages(redis, log)

  const channel = prefix
  const listeners = new Set()
  subscriber.on('message', (_, text) => {
    const event = JSON.parse(text)
    for (const listener of listeners) listener(event)
  })
  subscriber.subscribe(channel).catch(error => log.error(`Redis: not subscribed: ${error.message}`))

  return {
    commands,
    events: {
      listen: listener => listeners.add(listener),
      publish(event) {
        commands
          .publish(channel, JSON.stringify(event))
          .catch(error => log.error(`Redis: an event was lost: ${error.message}`))
      },
      /** How many instances listen, this one included. */
      async countListeners() {
        const [, count] = await commands.pubsub('NUMSUB', channel)
        return Number(count)
      },
    },
    close() {
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}

/** Logs one line when Redis becomes unreachable and one when it is back, however often it reconnects. */
function logOutages(redis, log) {
  let away = false
  redis.on('error', error => {
    if (!away) log.error(`Redis is unreachable: ${error.message}`)
    away = true
  })
  redis.on('ready', () => {
    if (away) log.info('Redis is back')
    away = false
  })
}
