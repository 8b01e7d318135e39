// Entry of `npm start`, `npm stop` and `npm run status`: from a bare checkout to the command line, then out of its way.
import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ensureInstalled, root } from '../../packages/workspace/install.mjs'

const here = join(root, 'apps/bluecore')

function run(file, args, cwd) {
  // turbo runs pnpm, and neither need be on the user's PATH.
  const PATH = [join(here, 'node_modules/.bin'), join(root, 'node_modules/.bin'), process.env.PATH].join(
    delimiter,
  )
  const { status, signal, error } = spawnSync(file, args, {
    cwd,
    stdio: 'inherit',
    env: { ...process.env, PATH },
  })
  if (error) throw error
  return status ?? (signal === 'SIGINT' ? 130 : 1)
}

try {
  ensureInstalled()
  process.exitCode =
    run('bundle', ['src/main.ts'], here) ||
    run(process.execPath, [join(here, 'dist/main.mjs'), ...process.argv.slice(2)], root)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
