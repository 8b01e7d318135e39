import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'

/** Folder of this package. */
export const folder = fileURLToPath(new URL('..', import.meta.url))

/** A first build takes minutes, many on two busy cores. */
export const buildMs = 20 * 60_000

/** Starts the launcher, like `helm-unittest ARGS`. */
export function start(args: string[], env: Record<string, string | undefined> = {}) {
  return execa(process.execPath, [join(folder, 'bin/helm-unittest.mjs'), ...args], {
    env: { HELM_UNITTEST_BIN: undefined, ...env },
    reject: false,
  })
}

/** The pinned binary from the user's cache, built if necessary. */
export async function binary(): Promise<string> {
  const { stdout, stderr, exitCode } = await start(['--where'])
  if (exitCode !== 0) throw new Error(stderr)
  return stdout
}

/** A folder that is deleted after the test. */
export async function temporary(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'helm-unittest-'))
  onTestFinished(() => rm(made, { recursive: true, force: true }))
  return made
}

/** A copy of a chart with tests that pass, and one in `broken` that fails; helm-unittest creates folders in it. */
export async function greeting(): Promise<string> {
  const chart = join(await temporary(), 'greeting')
  await cp(join(folder, 'test/fixtures/greeting'), chart, { recursive: true })
  return chart
}

/** A PATH with only these programs. */
export async function pathOf(programs: Record<string, string>): Promise<string> {
  const made = await temporary()
  for (const [name, target] of Object.entries(programs)) await symlink(target, join(made, name))
  return made
}
