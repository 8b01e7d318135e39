// Misskey's migrations, in Misskey's own image: `run` in the Job, `wait` in each pod before it starts.
// Both refuse a database that a newer Misskey has changed: an older one would write into tables that it does not know.
import source from './ormconfig.js'

const [, mode] = process.argv

/** TypeORM knows a migration by this name. */
const nameOf = migration => migration.name || migration.constructor.name
/** The name ends in the time at which it was written, in ms. */
const timeOf = name => Number(/\d+$/.exec(name))

/** Migrations of this image that the database has not seen; refuses a newer database. */
async function pending() {
  const known = source.migrations.map(nameOf)
  // Asked for first: TypeORM makes the table when it misses it, and `run` and `wait` would collide in that.
  const [{ there }] = await source.query(`SELECT to_regclass('migrations') IS NOT NULL AS there`)
  const done = there ? (await source.query('SELECT name FROM migrations')).map(({ name }) => name) : []
  const newest = Math.max(...known.map(timeOf))
  const unknown = done.filter(name => timeOf(name) > newest)
  if (unknown.length > 0) {
    console.error(
      `The database is newer than this image of Misskey: it has ${unknown.length} migrations that the image does not know, ` +
        `such as ${unknown.at(-1)}. Set misskey.image to the version that ran last, or restore a backup from before it.`,
    )
    process.exit(3)
  }
  return { left: known.filter(name => !done.includes(name)), all: known.length }
}

async function run() {
  await source.initialize()
  const { left, all } = await pending()
  console.log(`${left.length} of ${all} migrations are to be run`)
  const ran = await source.runMigrations({ transaction: 'all' })
  for (const migration of ran) console.log(`done: ${nameOf(migration)}`)
  await source.destroy()
  process.exit(0) // the settings' module also holds connections to Redis, which would never let it end
}

/** A database that hangs must not hold the waiting. */
async function silence() {
  await new Promise(resolve => setTimeout(resolve, 10_000))
  throw new Error('no answer in 10 s')
}

/** Half an hour at most, then kubelet tries again. */
async function wait() {
  process.on('SIGTERM', () => process.exit(143)) // process 1 has no default for it
  for (let tries = 0; tries < 600; tries++) {
    try {
      if (!source.isInitialized) await source.initialize()
      const { left, all } = await Promise.race([pending(), silence()])
      if (left.length === 0) {
        console.log(`all ${all} migrations are done`)
        process.exit(0)
      }
      console.log(`waiting for the Job of the migrations: ${left.length} of ${all} are left`)
    } catch (error) {
      console.log(`waiting for the migrations, but cannot see them: ${error.message || error.code}`)
    }
    await new Promise(resolve => setTimeout(resolve, 3_000))
  }
  process.exit(1)
}

await { run, wait }[mode]()
