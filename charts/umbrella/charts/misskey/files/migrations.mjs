// Misskey's migrations, in Misskey's own image: `run` in the Job, `wait SECONDS` in each pod before its server starts.
// A pod waits so long for the Job, then migrates itself: after a new image was pushed under the same tag, Helm creates no
// new Job. Both fail for a database of a newer Misskey: an older one would write into tables that it does not know.
import source from './ormconfig.js'

const [, mode, patience = '60'] = process.argv

/** Key of the advisory lock of the process that migrates. Any number, the same in every version of this file. */
const lock = 12119
const pauseSeconds = 3

/** TypeORM knows a migration by this name. */
const nameOf = migration => migration.name || migration.constructor.name
/** The name ends in the time at which it was written, in ms. */
const timeOf = name => Number(/\d+$/.exec(name))

/** Migrations of this image that the database does not have; exits with 3 if a newer image has migrated it. */
async function pending() {
  const known = source.migrations.map(nameOf)
  // Checked first: TypeORM creates the table if it is missing, and two processes would collide in that.
  const [{ exists }] = await source.query(`SELECT to_regclass('migrations') IS NOT NULL AS exists`)
  const done = exists ? (await source.query('SELECT name FROM migrations')).map(({ name }) => name) : []
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

/** Migrates, one process at a time. The lock is released when this process ends, or within a minute with its node. */
async function run() {
  if (!source.isInitialized) await source.initialize()
  const session = source.createQueryRunner()
  await session.query(
    'SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3',
  )
  while (!(await session.query(`SELECT pg_try_advisory_lock(${lock}) AS locked`))[0].locked) {
    console.log('another process runs the migrations: waiting until it has finished')
    await pause(pauseSeconds)
  }
  const { left, all } = await pending()
  console.log(`${left.length} of ${all} migrations are to be run`)
  const ran = await source.runMigrations({ transaction: 'all' })
  for (const migration of ran) console.log(`done: ${nameOf(migration)}`)
  process.exit(0) // the settings' module also holds connections to Redis, which would keep the process running
}

/** Waits half an hour for the database, and then for the Job. Whatever fails ends the process: kubelet restarts it. */
async function wait() {
  process.on('SIGTERM', () => process.exit(143)) // process 1 has no default handler
  let waited = 0
  for (let tries = 0; tries < 600; tries++) {
    try {
      if (!source.isInitialized) await source.initialize()
      const { left, all } = await Promise.race([pending(), timeout(10)])
      if (left.length === 0) {
        console.log(`all ${all} migrations are done`)
        process.exit(0)
      }
      if (waited >= Number(patience)) break
      console.log(`waiting for the Job of the migrations: ${left.length} of ${all} are left`)
      waited += pauseSeconds
    } catch (error) {
      console.log(`waiting for the migrations, but cannot read their state: ${error.message || error.code}`)
    }
    await pause(pauseSeconds)
  }
  if (waited < Number(patience)) process.exit(1)
  console.log(`no Job has run the migrations within ${waited} s: running them here`)
  await run()
}

async function pause(seconds) {
  await new Promise(resolve => setTimeout(resolve, seconds * 1_000))
}

/** A database that does not answer must not block the loop. */
async function timeout(seconds) {
  await pause(seconds)
  throw new Error(`no answer within ${seconds} s`)
}

await { run, wait }[mode]()
