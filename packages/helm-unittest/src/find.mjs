import { join } from 'node:path'
import { build } from './build.mjs'
import { cached, cacheFolder } from './cache.mjs'
import { withCleanup } from './child.mjs'
import { Unavailable } from './errors.mjs'
import { withLock } from './lock.mjs'
import { onPath } from './path.mjs'

/** Set for the child: the path that was started. If that is a launcher of this package, it knows not to start it again. */
export const launchedVariable = 'HELM_UNITTEST_LAUNCHED'

/**
 * Finds helm-unittest: HELM_UNITTEST_BIN, the cache, PATH, or a build into the cache.
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {(text: string) => void} warn
 * @returns {Promise<string>} path of the binary
 * @throws {Unavailable} with everything that was tried and what to do
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
  const damaged = inCache.damaged && `${inCache.damaged} is damaged: its hash is not that of the build`
  if (damaged) warn(`${damaged}; ignored`)

  const path = await onPath(env, launched)
  if (path) {
    warn(
      `running ${path} from PATH. It does not report its version; ${pin.version} is expected. ` +
        `If it is that version, set HELM_UNITTEST_BIN=${path}`,
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
 * Builds, or waits for another process that builds.
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder
 * @param {(text: string) => void} warn
 */
async function buildOnce(pin, env, folder, warn) {
  const wait = () => warn('another process is building it; waiting')
  return await withCleanup(check =>
    withLock(join(folder, 'lock'), wait, async () => {
      return (await cached(folder)).path ?? (await build(pin, env, folder, check))
    }),
  )
}

/**
 * @param {import('./pin.mjs').Pin} pin
 * @param {string} folder
 * @param {string} inCache
 * @param {string} built
 */
function explain({ module, version, go }, folder, inCache, built) {
  return `no helm-unittest ${version} to run. Tried:
  HELM_UNITTEST_BIN: not set
  cache:             ${inCache}
  PATH:              no compiled helm-unittest or untt
  build:             ${built.replaceAll('\n', '\n    ')}
Provide one of these:
  - Go ${go} or later on PATH, to build it once (the Go module proxy must be reachable)
  - a binary of ${module} ${version}: set HELM_UNITTEST_BIN to its path,
    or put it on PATH as helm-unittest or untt
  - ${folder}, copied from a machine of the same platform that has built it`
}
