import { type HealthClass, HealthError, networkError } from '@bluecore/sidecar'
import { DatabaseError } from 'pg'

/**
 * What PostgreSQL's error codes mean for its health; a class of codes (two characters) where no code of it is listed.
 * @see https://www.postgresql.org/docs/10/errcodes-appendix.html
 */
const classes: Readonly<Record<string, HealthClass>> = {
  '08': 'auth', // connection exception: a pooler in front of it rejects our startup packet
  '25006': 'readonly', // read_only_sql_transaction
  '28': 'auth', // wrong password, unknown role, no line in pg_hba.conf
  '3D000': 'auth', // no such database
  '42501': 'auth', // insufficient_privilege
  '53': 'saturated', // insufficient resources: 53300 too_many_connections, 53200 out_of_memory
  '53100': 'persistence', // disk_full
  '55P03': 'saturated', // lock_not_available
  '57014': 'saturated', // query_canceled by its statement_timeout
  '57P01': 'refused', // admin_shutdown: this connection was ended
  '57P02': 'starting', // crash_shutdown: another process crashed, all are ended and recovery begins
  '57P03': 'starting', // cannot_connect_now: it starts, recovers or shuts down
  '57P04': 'auth', // database_dropped
  '58': 'persistence', // 58030 io_error, 58P01 undefined_file
  XX001: 'persistence', // data_corrupted
  XX002: 'persistence', // index_corrupted
}

/** Classifies what pg threw; returns it unchanged when it has no class. */
export function healthError(thrown: unknown): Error {
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  if (thrown instanceof DatabaseError) {
    const code = thrown.code ?? ''
    const found = isRoleLimit(thrown) ? 'auth' : (classes[code] ?? classes[code.slice(0, 2)])
    const message = `${thrown.message} (SQLSTATE ${code})`
    return found ? new HealthError(found, message) : new Error(message)
  }
  // pg gives this one no code.
  if (thrown.message.startsWith('Connection terminated')) return new HealthError('refused', thrown.message)
  return networkError(thrown) ?? thrown
}

/** Is it the role that has no connection left (its CONNECTION LIMIT), not the server? Both say 53300. */
export function isRoleLimit(thrown: unknown): boolean {
  // The text depends on the server's language, the name of its function does not.
  return (
    thrown instanceof DatabaseError && thrown.code === '53300' && thrown.routine === 'InitializeSessionUserId'
  )
}
