// A builder of its own, not @bluecore/go-binaries: this package is published alone and has no dependencies.
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { publish } from './cache.mjs'
import { run } from './child.mjs'
import { Interrupted, Unavailable } from './errors.mjs'
import { progress } from './progress.mjs'

/**
 * Builds the pinned version into the cache with the Go on PATH. `go install` rejects the module because of its replace
 * directive, so it is downloaded, verified and built in Go's module cache.
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder the cache, which exists
 * @param {() => void} [check] called between two programs; throws Interrupted if a signal was received
 * @returns {Promise<string>} path of the binary
 * @throws {Unavailable} without Go, if the module cannot be downloaded or has another hash, or if Go cannot build it
 * @throws {Interrupted}
 */
export async function build(pin, env, folder, check = () => {}) {
  const source = await fetchModule(pin, env, folder)
  check()
  const temporary = await mkdtemp(join(folder, 'build-'))
  // Short enough for one line of a terminal.
  const line = progress(`building ${pin.version}, once; takes minutes`)
  let end = 'not built'
  try {
    check()
    const built = join(temporary, 'helm-unittest')
    const args = ['build', '-v', '-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags=-s -w']
    let packages = 0
    const { code, other } = await go([...args, '-o', built, './cmd/helm-unittest'], env, source, text => {
      // -v prints each package when it is compiled
      line.at(/^\S+$/.test(text) ? `${++packages} packages` : 'downloading')
    })
    if (code !== 0) throw new Unavailable(`go build ended with ${code}: ${last(other)}`)
    const path = await publish(built, folder)
    end = `built ${path}`
    return path
  } finally {
    line.end(end)
    await rm(temporary, { recursive: true, force: true })
  }
}

/**
 * @param {import('./pin.mjs').Pin} pin
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 * @returns {Promise<string>} folder of the module's source
 */
async function fetchModule({ module, version, sum }, env, cwd) {
  const { code, out, other } = await go(['mod', 'download', '-json', `${module}@v${version}`], env, cwd)
  const { Dir, Sum, Error: wrong } = out ? JSON.parse(out) : {}
  if (code !== 0 || !Dir) {
    throw new Unavailable(`Go cannot download ${module}@v${version}: ${wrong ?? last(other)}`)
  }
  if (Sum !== sum) {
    throw new Unavailable(
      `${module}@v${version} has the hash ${Sum}, not ${sum}, so it is not built. ` +
        'Check what GOPROXY (go env GOPROXY) serves, then: go clean -modcache',
    )
  }
  return Dir
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 * @param {(line: string) => void} [onLine] called with lines of stderr that report progress
 * @returns {Promise<{ code: number | null, out: string, other: string[] }>} other: all other lines of stderr
 */
async function go(args, env, cwd, onLine) {
  /** @type {string[]} */
  const other = []
  let out = ''
  // Settings for the user's own builds must not affect this one, except GOFLAGS (-p=1).
  const { GOOS, GOARCH, GOWORK, ...rest } = env
  const options = {
    cwd,
    env: { ...rest, CGO_ENABLED: '0', GO111MODULE: 'on', GOWORK: 'off' },
    stdio: /** @type {['ignore', 'pipe', 'pipe']} */ (['ignore', 'pipe', 'pipe']),
  }
  try {
    const { code, signal, passed } = await run('go', args, options, ({ stdout, stderr }) => {
      stdout?.on('data', text => {
        out += text
      })
      if (!stderr) return
      createInterface({ input: stderr }).on('line', text => {
        if (onLine && /^(go: downloading .*|[^\s:]+)$/.test(text)) onLine(text)
        else other.push(text)
      })
    })
    const ended = signal ?? passed // Go catches SIGINT and ends with 1
    if (ended) throw new Interrupted(ended)
    return { code, out, other }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
    throw new Unavailable('there is no go on PATH')
  }
}

/** @param {string[]} lines */
const last = lines => lines.slice(-15).join('\n').trim()
