import { join } from 'node:path'
import { build } from './build.mjs'
import { cached, cacheFolder } from './cache.mjs'
import { Unavailable } from './errors.mjs'
import { withLock } from './lock.mjs'
import { onPath } from './path.mjs'

/** Tells a launcher that was started by a launcher which path has led back to it. */
export const launchedVariable = 'HELM_UNITTEST_LAUNCHED'

/**
 * Finds helm-unittest: HELM_UNITTEST_BIN, the cache, PATH, or a build into the cache.
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} warn
 * @returns {Promise<string>} path of the binary
 * @throws {Unavailable} with all that was tried and the ways out
 * @throws {import('./errors.mjs').Interrupted} during a build
 */
export async function find(pin, env, warn) {
  const launched = env[launchedVariable]
  const chosen = env.HELM_UNITTEST_BIN
  if (chosen && chosen === launched) {
    throw new Unavailable(
      `HELM_UNITTEST_BIN=${chosen} starts this launcher again. Set it to the binary of helm-unittest, or unset it.`,
    )
  }
  if (chosen) return chosen

  const folder = cacheFolder(env, pin.version)
  const inCache = await cached(folder)
  if (inCache.path) return inCache.path
  const damaged = inCache.damaged && `${inCache.damaged} is damaged: it is not what was built`
  if (damaged) warn(`${damaged}; looking further`)

  const path = await onPath(env, launched)
  if (path) {
    warn(
      `running ${path} from PATH. It cannot tell its version; ${pin.version} is expected. ` +
        `If that is right, set HELM_UNITTEST_BIN=${path}`,
    )
    return path
  }
  try {
    return await buildOnce(pin, env, folder, warn)
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    if (!(error instanceof Unavailable) && !code) throw error
    throw new Unavailable(explain(pin, folder, damaged ?? `nothing in ${folder}`, message))
  }
}

/**
 * One builds, others wait for it.
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @param {(text: string) => void} warn
 */
async function buildOnce(pin, env, folder, warn) {
  const wait = () => warn('another helm-unittest is building it; waiting for that')
  return await withLock(join(folder, 'lock'), wait, async () => {
    return (await cached(folder)).path ?? (await build(pin, env, folder))
  })
}

/**
 * @param {import('./pin.mjs').Pin} pin
 * @param {string} folder
 * @param {string} inCache
 * @param {string} built
 */
function explain({ module, version, go }, folder, inCache, built) {
  return `there is no helm-unittest ${version} to run. What was tried:
  HELM_UNITTEST_BIN: not set
  cache:             ${inCache}
  PATH:              no compiled helm-unittest or untt
  build:             ${built.replaceAll('\n', '\n    ')}
Any of these helps:
  - Go ${go} or later on PATH: it is then built, once (the Go proxy must be reachable)
  - a binary of ${module} ${version}: set HELM_UNITTEST_BIN to its path,
    or put it on PATH as helm-unittest or untt
  - ${folder} copied from a machine of the same kind that has built it`
}
