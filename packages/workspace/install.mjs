// Runs before anything is installed: Node's own modules only.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root folder of the workspace. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The oldest Node.js that every tool of the workspace runs on. */
const oldest = { major: 20, minor: 19 }

/**
 * Makes sure that node_modules is what pnpm-lock.yaml says: installs when it is missing or older.
 * @throws {Error} when this Node.js is too old, or when the installation fails
 */
export function ensureInstalled() {
  checkNode(process.versions.node)
  const stamp = join(root, 'node_modules/.modules.yaml')
  const lock = statSync(join(root, 'pnpm-lock.yaml'))
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= lock.mtimeMs) return

  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.error(`installing the packages of pnpm-lock.yaml with ${packageManager}`)
  const { status, error } = spawnSync(
    'npx',
    // pnpm would ask before it replaces another node_modules; nobody may be there to answer.
    [
      '--yes',
      packageManager,
      'install',
      '--frozen-lockfile',
      '--loglevel=info',
      '--config.confirm-modules-purge=false',
    ],
    { cwd: root, stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) {
    throw new Error(
      `installing the packages failed (${error?.message ?? `exit code ${status}`}). ` +
        `The lines above say why; by hand: npx --yes ${packageManager} install`,
    )
  }
  // pnpm leaves the stamp alone when nothing had to change, and the next run would install again.
  const now = new Date()
  utimesSync(stamp, now, now)
}

/** @param {string} version as in process.versions.node */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return
  throw new Error(
    `Node.js ${version} is too old: Bluecore needs ${oldest.major}.${oldest.minor} or later. Install Node.js 24.`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    ensureInstalled()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
