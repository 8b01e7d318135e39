import { DataSource } from 'typeorm'
import { readConfig } from './built/config.js'

const { db } = readConfig()

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
