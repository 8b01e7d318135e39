import { HealthError } from './check.js'

/**
 * What Node's socket errors mean for a server: a timeout is `frozen`, any other error of a connection is `refused`
 * (nothing listens, it was closed, or there is no route). A name that is not resolved has no class: nobody asked the server.
 * @returns undefined for an error that is not a socket's
 */
export function networkError(error: Error): HealthError | undefined {
  const code = 'code' in error ? error.code : undefined
  if (code === 'ETIMEDOUT') return new HealthError('frozen', error.message)
  if (typeof code === 'string' && refusals.has(code)) return new HealthError('refused', error.message)
  return undefined
}

const refusals = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // of a Unix socket
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
])
