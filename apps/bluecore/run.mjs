// Entry of `npm start`, `npm stop` and `npm run status`: installs and bundles the command line if necessary, then runs it
// in this process, so that signals reach it.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ensureInstalled, root } from '../../packages/workspace/install.mjs'

const here = join(root, 'apps/bluecore')

try {
  ensureInstalled()
  // turbo runs pnpm, and neither need be on the user's PATH.
  const bins = [join(here, 'node_modules/.bin'), join(root, 'node_modules/.bin')]
  process.env.PATH = [...bins, process.env.PATH].join(delimiter)
  const { status, error } = spawnSync('bundle', ['src/main.ts'], { cwd: here, stdio: 'inherit' })
  if (status !== 0) throw error ?? new Error('bundling apps/bluecore failed; the lines above say why')
  process.chdir(root)
  await import('./dist/main.mjs')
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
