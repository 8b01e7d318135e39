/** A state that waiting does not fix, so it is not retried. The message says what is wrong, what was seen and what to do. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError'
}

/** The message of an error for a person: fetch and connects to several addresses nest the cause. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reason))].join('; ')
  }
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reason(error.cause) : error.message || error.name
}
