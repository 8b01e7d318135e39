import { type HealthClass, HealthError, networkError } from '@bluecore/sidecar'

/**
 * What the error replies of Redis mean for its health, by their first word.
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors
 */
const classes: Readonly<Record<string, HealthClass>> = {
  BUSY: 'saturated', // a long-running script
  DENIED: 'auth', // protected mode: without a password it accepts local clients only
  LOADING: 'starting', // the data set is read into memory
  MASTERDOWN: 'readonly', // a replica that has lost its master
  MISCONF: 'persistence', // the last save failed, so it refuses writes
  NOAUTH: 'auth',
  NOPERM: 'auth',
  NOREPLICAS: 'readonly',
  OOM: 'saturated',
  READONLY: 'readonly',
  WRONGPASS: 'auth',
}

/** Classifies what ioredis threw; returns it unchanged when it has no class. */
export function healthError(thrown: unknown): Error {
  if (thrown instanceof HealthError) return thrown
  if (!(thrown instanceof Error)) return new Error(String(thrown))
  const found = classes[thrown.message.split(' ', 1)[0] as string] ?? classOfText(thrown.message)
  return found ? new HealthError(found, thrown.message) : (networkError(thrown) ?? thrown)
}

/** For messages without an error code of their own. */
function classOfText(message: string): HealthClass | undefined {
  if (message.startsWith('ERR max number of clients')) return 'saturated'
  if (message.startsWith('ERR invalid password') || message.startsWith('ERR AUTH')) return 'auth'
  // ioredis, when the connection was closed
  if (message.startsWith('Connection is closed') || message.startsWith("Stream isn't writeable"))
    return 'refused'
  if (message.startsWith('Command timed out')) return 'frozen'
  return undefined
}
