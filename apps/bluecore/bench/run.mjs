// run.mjs PROGRAM: entry of `npm run bench:faults` and `bench:recovery`; installs dependencies if needed, bundles the program and
// runs it in this process, so that signals reach it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from '../../../packages/workspace/install.mjs'

const here = join(root, 'apps/bluecore')
const [program] = process.argv.splice(2, 1)

try {
  ensureInstalled()
  const bundle = join(here, 'node_modules/.bin/bundle')
  const { status, error } = spawnSync(bundle, [`bench/${program}.ts`], { cwd: here, stdio: 'inherit' })
  if (status !== 0) throw error ?? new Error('bundling apps/bluecore/bench failed; the lines above say why')
  process.chdir(root)
  await import(`../dist/${program}.mjs`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
