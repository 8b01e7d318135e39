/** A state that no waiting mends. The message says what is wrong, what was seen and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Settings or arguments that cannot be used; all of them in one message. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'

  constructor(problems: readonly string[]) {
    super(['These settings cannot be used:', ...problems.map(problem => `  ${problem}`)].join('\n'))
  }
}

/** What a person needs to read of an error that a library threw: fetch and multi-address connects nest the cause. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return [...new Set(error.errors.map(reason))].join('; ')
  }
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reason(error.cause) : error.message || error.name
}
