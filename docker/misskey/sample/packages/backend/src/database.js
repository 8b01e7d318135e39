import pg from 'pg'

/**
 * A pool of up to ten connections. It reconnects by itself when PostgreSQL comes back.
 * @throws Error from the first query: refused, wrong password, no such database
 */
export async function connectDatabase({ host, port, db, user, pass }, log) {
  const pool = new pg.Pool({
    host,
    port,
    database: db,
    user,
    password: String(pass),
    max: 10,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000, // a server that has gone silent must not hold a connection forever
  })
  pool.on('error', error => log.warn(`an idle connection to the database ended: ${error.message}`))
  await pool.query('SELECT 1')
  return {
    /** @returns {Promise<object[]>} the rows */
    async query(text, values) {
      return (await pool.query(text, values)).rows
    },

    /** Runs `work(query)` in one transaction, undone when it throws. */
    async transaction(work) {
      const client = await pool.connect()
      const lost = error =>
        log.warn(`a connection to the database ended within a transaction: ${error.message}`)
      client.on('error', lost) // nobody else listens while it is checked out, and an error without a listener ends the process
      let broken
      try {
        await client.query('BEGIN')
        const result = await work(async (text, values) => (await client.query(text, values)).rows)
        await client.query('COMMIT')
        return result
      } catch (error) {
        await client.query('ROLLBACK').catch(failed => {
          broken = failed
        })
        throw error
      } finally {
        client.release(broken)
        client.off('error', lost)
      }
    },

    async close() {
      await pool.end()
    },
  }
}
