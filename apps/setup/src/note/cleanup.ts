import { reason } from '../errors.js'
import { retry } from '../retry.js'
import { permanentIfRejected } from './misskey-errors.js'

/** Something that was created and must be removed again, whatever happens. */
export interface Cleanup {
  /** "the account setup_note_1f2e3d4c" */
  name: string
  remove(): Promise<void>
}

/**
 * Removes everything, the newest first, and empties the list.
 * @returns what could not be removed, and why
 */
export async function cleanUp(cleanups: Cleanup[]): Promise<string[]> {
  const problems: string[] = []
  for (let last = cleanups.pop(); last; last = cleanups.pop()) {
    const { name, remove } = last
    await retry(name, () => permanentIfRejected(remove()), { timeoutMs: 15_000, log: () => {} }).then(
      () => console.log(`deleted ${name}`),
      error => problems.push(`${name} could not be deleted: ${reason(error)}`),
    )
  }
  return problems
}
