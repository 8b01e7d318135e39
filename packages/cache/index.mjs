// Things that are slow to make, kept for every checkout on this machine; and the lock that makes each of them once.
import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** See index.d.mts, as of all that is exported. */
export function cacheFolder(env = process.env) {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'bluecore')
}

export function cachePath(...parts) {
  return join(cacheFolder(), ...parts)
}

export async function once(path, make) {
  if (existsSync(path)) return path
  const part = `${path}.part`
  return await withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return path // another process made it while we waited
    try {
      rmSync(part, { recursive: true, force: true })
      await make(part)
      renameSync(part, path)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
    return path
  })
}

export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true })
  // The holder says a word once it has the lock, and keeps it until its stdin ends: with us at the latest.
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = event(holder, 'exit')
  try {
    await Promise.race([
      event(holder.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`lock ${file}: its holder ended`))),
    ])
    return await work()
  } finally {
    holder.stdin.end()
    await ended.catch(() => undefined)
  }
}
