// Entry of `npm run bench:chart`: installs dependencies if needed, bundles the program and runs it.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from '../../../packages/workspace/install.mjs'

const here = join(root, 'charts/umbrella')

function run(file, args, cwd) {
  const { status, error } = spawnSync(file, args, { cwd, stdio: 'inherit' })
  if (error) throw error
  return status ?? 1
}

try {
  ensureInstalled()
  // The program looks for the chart in the folder above its own, as testing/helm.ts does: dist/ is as deep as testing/.
  process.exitCode =
    run(join(here, 'node_modules/.bin/bundle'), ['bench/bench.ts'], here) ||
    run(process.execPath, [join(here, 'dist/bench.mjs'), ...process.argv.slice(2)])
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
