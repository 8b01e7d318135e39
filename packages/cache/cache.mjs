import { existsSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withLock } from './lock.mjs'

export function cacheFolder(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'bluecore')
}

export function cachePath(...parts) {
  return join(cacheFolder(), ...parts)
}

export async function once(path, make, options) {
  if (existsSync(path)) return path
  const part = `${path}.part`
  // Retries: children of a process that was killed may still be writing.
  const remove = () => rmSync(part, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  const work = async () => {
    if (existsSync(path)) return path // another process made it while this one waited
    try {
      remove()
      await make(part)
      renameSync(part, path)
    } finally {
      remove()
    }
    return path
  }
  return await withLock(`${path}.lock`, work, options)
}
