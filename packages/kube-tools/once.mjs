// The cache: compiled and unpacked things that any checkout on this machine may share.
import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * Path below the cache.
 * @param {...string} parts
 */
export function cachePath(...parts) {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bluecore', ...parts)
}

/**
 * A file or folder of the cache. It is made once, by one process at a time, and appears only when it is whole: an
 * interrupted run leaves nothing that looks done.
 * @param {string} path
 * @param {(part: string) => Promise<void>} make makes it at another path beside it
 * @returns {Promise<string>} path
 */
export async function once(path, make) {
  if (existsSync(path)) return path
  mkdirSync(dirname(path), { recursive: true })
  const part = `${path}.part`
  await withLock(`${path}.lock`, async () => {
    if (existsSync(path)) return
    try {
      rmSync(part, { recursive: true, force: true })
      await make(part)
      renameSync(part, path)
    } finally {
      rmSync(part, { recursive: true, force: true })
    }
  })
  return path
}

/**
 * Runs `work` while no other process holds the lock: the kernel's, by flock(1), so a killed holder leaves nothing.
 * @param {string} file never removed: a second one of its name would be a second lock
 * @param {() => Promise<void>} work
 */
async function withLock(file, work) {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = event(holder, 'exit')
  try {
    await Promise.race([
      event(holder.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`lock ${file}: its holder ended`))),
    ])
    await work()
  } finally {
    holder.stdin.end()
    await ended.catch(() => undefined)
  }
}
