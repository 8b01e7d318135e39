import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, once } from '@bluecore/cache'

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
  return await once(join(cacheFolder(env), `${name}-${hash.digest('hex').slice(0, 16)}`), async part => {
    await mkdir(part)
    await make(part)
  })
}
