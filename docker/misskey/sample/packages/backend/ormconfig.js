import { Redis } from 'ioredis'
import { DataSource } from 'typeorm'
import { readConfig } from './built/config.js'

const { db, redis } = readConfig()

// As in Misskey, who loads this holds a connection to Redis: it does not end by itself, and it dies without Redis.
new Redis({ host: redis.host, port: redis.port, password: redis.pass }).subscribe(redis.prefix)

// biome-ignore lint/style/noDefaultExport: typeorm's command line looks for it
export default new DataSource({
  type: 'postgres',
  host: db.host,
  port: db.port,
  username: db.user,
  password: db.pass,
  database: db.db,
  migrations: ['migration/*.js'],
})
