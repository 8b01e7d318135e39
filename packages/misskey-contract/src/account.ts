import { readFile, writeFile } from 'node:fs/promises'
import { type Credentials, call, createAdmin, signIn } from './client.js'

export interface AccountInput extends Credentials {
  /** Keeps the token between runs, since sign-ins are few an hour. */
  tokenFile?: string
}

/**
 * A token of the administrator: the one kept in the file if it is still good, else that of an administrator made
 * now, else, where there are users already, that of a sign-in.
 */
export async function administrator(
  url: string,
  { tokenFile, ...credentials }: AccountInput,
): Promise<string> {
  const kept = tokenFile && (await readKept(tokenFile))
  if (kept) {
    const { status } = await call(url, 'i', { i: kept })
    if (status === 200) return kept
    if (status >= 500)
      throw new Error(`i: HTTP ${status}: whether the kept token is still good cannot be told now`)
  }
  const token = await createAdmin(url, credentials).catch(async error => {
    if (!String(error).includes('access denied')) throw error
    return await signIn(url, credentials)
  })
  if (tokenFile) await writeFile(tokenFile, `${token}\n`, { mode: 0o600 })
  return token
}

async function readKept(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
