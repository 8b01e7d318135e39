// Binaries that were built here, outside of node_modules: one for all projects, and it outlives `npm ci`.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const extension = process.platform === 'win32' ? '.exe' : ''

/**
 * The folder of one version for one platform, as in `~/.cache/helm-unittest/1.1.2-linux-x64`.
 * @param {NodeJS.ProcessEnv} env a relative XDG_CACHE_HOME does not count
 * @param {string} version
 * @see XDG Base Directory Specification
 */
export function cacheFolder({ XDG_CACHE_HOME: xdg }, version) {
  const base = xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache')
  return join(base, 'helm-unittest', `${version}-${process.platform}-${process.arch}`)
}

/**
 * Looks for a binary that is what it was when it was built: its name holds its hash.
 * @param {string} folder
 * @returns {Promise<{ path?: string, damaged?: string }>} neither when there is none
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
 * Puts a built binary into its place in one step: whoever looks sees all of it or nothing, even if two publish at once.
 * Removes what else is there: damaged binaries, and what a build that was killed has left.
 * @param {string} built a file in `folder`
 * @param {string} folder
 * @returns {Promise<string>} its path from now on
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
 * @returns {Promise<string[]>} none when it cannot be read: a build tells why, and other ways may do without it
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
