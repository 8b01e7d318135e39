import { createHash } from 'node:crypto'
import { access, mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './lock.js'

/** Folder of prepared things that are slow to make: `$XDG_CACHE_HOME/bluecore`, else `~/.cache/bluecore`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'bluecore')
}

/**
 * A folder in the cache, made at most once for the same inputs. It appears whole or not at all.
 * @param name what it is, e.g. `elasticsearch-home`
 * @param inputs everything its content depends on; the folder's name ends with their hash
 * @param make fills the empty folder that it is given
 * @returns path of the folder; not to be written to
 */
export async function cached(
  name: string,
  inputs: (string | Buffer)[],
  make: (folder: string) => Promise<void>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const hash = createHash('sha256')
  for (const input of inputs) hash.update(`${input.length}:`).update(input)
  const folder = join(cacheFolder(env), `${name}-${hash.digest('hex').slice(0, 16)}`)
  if (await exists(folder)) return folder
  return await withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return folder // another process made it while we waited
    const unfinished = `${folder}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished)
    await make(unfinished)
    await rename(unfinished, folder)
    return folder
  })
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
