import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export class GoError extends Error {
  name = 'GoError'
}

/**
 * The same for every module, so that Go's build cache shares what two of them compile at the same version. Settings
 * that a user made for other builds do not count.
 */
const environment = {
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -trimpath -buildvcs=false',
  GOTOOLCHAIN: 'local', // go.mod may ask for a newer Go, which would be downloaded
  GOWORK: 'off',
  GOOS: undefined,
  GOARCH: undefined,
}

/** What helps, by what Go prints. */
const advice = [
  {
    printed: /proxy|dial tcp|no such host|i\/o timeout|TLS handshake|module lookup disabled/i,
    todo: 'If this machine cannot reach the Go module proxy, set GOPROXY to one that it can reach.',
  },
  { printed: /requires go >=/, todo: 'Install the version of Go that it requires.' },
  { printed: /no space left on device/, todo: 'Free disk space; `go clean -cache` empties the build cache.' },
]

/**
 * Runs Go.
 * @param {string[]} args
 * @param {import('./index.d.mts').CompileOptions & { what: string, cwd?: string, env?: Record<string, string> }} options what: for the error message
 * @returns {Promise<string>} standard output
 * @throws {GoError}
 */
export async function go(args, { what, cwd, env, onLine, signal, lowPriority }) {
  signal?.throwIfAborted()
  const [file = '', ...all] = [...(lowPriority ? ['nice', '-n', '10'] : []), 'go', ...args]
  // Loading it takes longer than everything else that a cached tool needs.
  const { execa } = await import('execa')
  const result = await execa(file, all, {
    ...(cwd ? { cwd } : {}),
    env: { ...environment, ...env },
    stdin: 'ignore',
    stderr: function* (/** @type {unknown} */ line) {
      onLine?.(String(line))
      yield line
    },
    reject: false,
    ...(signal ? { cancelSignal: signal } : {}),
  })
  if (!result.failed) return result.stdout
  signal?.throwIfAborted()
  if (result.code === 'ENOENT' || result.exitCode === 127) {
    throw new GoError(`${what}: there is no go on PATH. Install Go 1.26 or later.`)
  }
  const how = result.signal ?? result.exitCode ?? result.code
  // `go mod download -json` prints its error on standard output.
  throw new GoError(failure(`${what}: go ${args[0]} ended with ${how}`, result.stderr || result.stdout))
}

/**
 * @param {string} what
 * @param {string} printed
 */
function failure(what, printed) {
  // Without the names of packages that were compiled and of modules that were downloaded.
  const lines = printed.split('\n').filter(line => !/^(go: downloading .*|[^\s:]*)$/.test(line))
  const todo = advice.find(each => each.printed.test(printed))?.todo
  return [`${what}:`, ...lines.slice(-15), ...(todo ? [todo] : [])].join('\n')
}

export async function goVersion() {
  try {
    const { stdout } = await promisify(execFile)('go', ['env', 'GOVERSION'], {
      env: { ...process.env, ...environment },
    })
    return stdout.trim()
  } catch {
    return undefined
  }
}

/**
 * @param {string} folder
 * @param {string} module
 */
export async function moduleSource(folder, module) {
  const json = await go(['mod', 'download', '-json', module], { what: `downloading ${module}`, cwd: folder })
  return JSON.parse(json).Dir
}
