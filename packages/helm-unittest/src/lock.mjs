import { mkdir, open, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A file and not flock(1), which macOS and Windows lack.

/** The holder touches the lock this often; one that was not touched for `staleMs` is stale. */
const touchMs = 2_000
const staleMs = 20_000

/**
 * Runs `work` while no other process holds the lock. It only avoids duplicate work: after the machine was suspended, two
 * processes may hold it.
 * @template T
 * @param {string} file
 * @param {() => void} onWait called once if another process holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, onWait, work) {
  await mkdir(dirname(file), { recursive: true })
  for (let waited = false; !(await take(file)); await sleep(200)) {
    if (await isStale(file)) await rm(file, { force: true })
    else if (!waited) onWait()
    waited = true
  }
  const toucher = setInterval(() => utimes(file, new Date(), new Date()).catch(() => {}), touchMs)
  try {
    return await work()
  } finally {
    clearInterval(toucher)
    await rm(file, { force: true })
  }
}

/** @param {string} file */
async function take(file) {
  try {
    await (await open(file, 'wx')).close()
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/** @param {string} file */
async function isStale(file) {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() })) // released in the meantime
  return Date.now() - mtimeMs > staleMs
}
