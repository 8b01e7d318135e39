// Built binaries, outside of node_modules: shared by all projects, and kept by `npm ci`.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const extension = process.platform === 'win32' ? '.exe' : ''

/**
 * The folder of one version for one platform, as in `~/.cache/helm-unittest/1.1.2-linux-x64`.
 * @param {NodeJS.ProcessEnv} env a relative XDG_CACHE_HOME is ignored
 * @param {string} version
 * @see XDG Base Directory Specification
 */
export function cacheFolder({ XDG_CACHE_HOME: xdg }, version) {
  const base = xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache')
  return join(base, 'helm-unittest', `${version}-${process.platform}-${process.arch}`)
}

/**
 * Looks for an undamaged binary: its name contains its hash.
 * @param {string} folder
 * @returns {Promise<{ path?: string, damaged?: string }>} neither if there is none
 */
export async function cached(folder) {
  const damaged = []
  for (const name of await names(folder)) {
    const hash = /^helm-unittest-([0-9a-f]{64})(\.exe)?$/.exec(name)?.[1]
    if (!hash) continue
    const path = join(folder, name)
    if ((await sha256(path).catch(() => undefined)) === hash) return { path }
    damaged.push(path)
  }
  return damaged[0] ? { damaged: damaged[0] } : {}
}

/**
 * Moves a built binary into the cache atomically, even if two processes do so at once. Removes everything else there:
 * damaged binaries, and files of builds that were killed.
 * @param {string} built a file in `folder`
 * @param {string} folder
 * @returns {Promise<string>} its path in the cache
 */
export async function publish(built, folder) {
  const name = `helm-unittest-${await sha256(built)}${extension}`
  await rename(built, join(folder, name))
  for (const other of await names(folder)) {
    if (other !== name) await rm(join(folder, other), { recursive: true, force: true })
  }
  return join(folder, name)
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} empty if the folder cannot be read: a build reports why, and PATH may have a binary
 */
async function names(folder) {
  return await readdir(folder).catch(() => [])
}

/** @param {string} path */
async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
