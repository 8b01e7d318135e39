import { CallError } from '@bluecore/misskey-contract/client'
import { Refusal } from '../failure.js'

/** How to make a token, for whoever has none or a wrong one. */
export const howToMakeToken =
  'In Misskey, Settings > API > Generate access token, with the permission "Compose or delete notes" (write:notes) alone. ' +
  'Write it into a file named token, then:\n' +
  '  kubectl create secret generic misskey-test --from-file=token\n' +
  'and set test.existingSecret: misskey-test'

const meanings: Readonly<Record<string, string>> = {
  AUTHENTICATION_FAILED: `Misskey does not know the token. Make another one. ${howToMakeToken}`,
  PERMISSION_DENIED: `The token lacks a permission. Make another one. ${howToMakeToken}`,
}

/**
 * Waits for a call, and makes of a refusal of Misskey's one of ours, which is not tried again. What may pass, such as a
 * failure of its servers or too many calls, stays as it is.
 */
export async function final<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof CallError) || error.status >= 500 || error.status === 429) throw error
    throw new Refusal(meanings[error.code ?? ''] ?? error.message)
  }
}
