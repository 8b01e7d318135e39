import { CallError } from '@bluecore/misskey-contract/client'
import { PermanentError } from '../errors.js'

/** For a user without a token, or with a wrong one. */
export const howToCreateToken =
  'In Misskey, Settings > API > Generate access token, with the permission "Compose or delete notes" (write:notes) alone. ' +
  'Save it in a file named token, then run:\n' +
  '  kubectl create secret generic misskey-test --from-file=token\n' +
  'and set test.existingSecret: misskey-test'

const meanings: Readonly<Record<string, string>> = {
  AUTHENTICATION_FAILED: `Misskey rejects the token as unknown. Create another one. ${howToCreateToken}`,
  PERMISSION_DENIED: `The token lacks a permission. Create another one. ${howToCreateToken}`,
}

/**
 * Turns an error that Misskey would repeat (HTTP 4xx) into a PermanentError, which is not retried. What may pass, such as a
 * failure of its servers or too many requests, stays as it is.
 */
export async function permanentIfRejected<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof CallError) || error.status >= 500 || error.status === 429) throw error
    throw new PermanentError(meanings[error.code ?? ''] ?? error.message)
  }
}
