import { Redis } from 'ioredis'
import { DataSource } from 'typeorm'
import { readConfig } from './built/config.js'

const { db, redis } = readConfig()

// As in Misskey, loading this opens a connection to Redis: the process does not exit by itself, and it fails without Redis.
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
