// Uses PostgreSQL and Redis as Misskey 12.119.2 does: the same versions of its libraries, with the options that it gives
// them (its db/postgre.ts, db/redis.ts and queue/initialize.ts). Prints the name of a use each time that it has worked.
import Bull from 'bull'
import Redis from 'ioredis'
import { DataSource } from 'typeorm'

const [host, password] = process.argv.slice(2)
const redis = { port: 6379, host, family: 0, db: 0 }
const poolSize = 10
const pauseMs = 100

const db = new DataSource({
  type: 'postgres',
  host,
  port: 5432,
  username: 'postgres',
  password,
  database: 'misskey',
  extra: { statement_timeout: 10_000 },
})
await db.initialize()
const client = new Redis(redis)
const subscriber = new Redis(redis)
const queue = new Bull('deliver', { redis, prefix: 'queue' })

await subscriber.subscribe('channel')
subscriber.on('message', () => console.log('event'))
queue.on('error', error => console.error(`queue: ${error.message}`))
queue.process(async () => console.log('job'))

/** Every connection of the pool at the same time, each in a transaction as in fetchMeta. */
const transaction = () => db.transaction(manager => manager.query('SELECT pg_sleep(0.05)'))
repeat('transactions', () => Promise.all(Array.from({ length: poolSize }, transaction)))
repeat('command', () => client.incr('count'))
repeat('publish', () => client.publish('channel', 'text'))
repeat('add', () => queue.add({}, { removeOnComplete: true }))

/** Again and again, one at a time, however it ends. */
async function repeat(name, use) {
  for (;;) {
    try {
      await use()
      console.log(name)
    } catch (error) {
      console.error(`${name}: ${error.message}`)
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs))
  }
}
