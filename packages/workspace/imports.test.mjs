import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from './install.mjs'

const packages = ['packages/lab', 'packages/sidecar', 'packages/workspace', 'apps/health', 'apps/bluecore']

/** Importing file → what it imports. */
const imports = {
  // allowed
  'packages/sidecar/src/poll.ts': ["'./index.js'"],
  'packages/lab/test/up.test.ts': ["'../testing/nodes.js'", "'@bluecore/sidecar'"],
  'apps/bluecore/run.mjs': ["'../../packages/workspace/install.mjs'"],
  'apps/health/src/main.ts': ["'@bluecore/sidecar'", "'./settings.js'"],
  'docker/redis/image.test.ts': ["'@bluecore/lab'"],
  // forbidden
  'apps/health/src/by-path.ts': ["'../../../packages/sidecar/src/index.js'"],
  'packages/lab/src/app.ts': ["'@bluecore/health'"],
  'packages/sidecar/src/large.ts': ["'@bluecore/lab'"],
  'apps/bluecore/src/server.ts': ["'@bluecore/sidecar'"],
  'apps/bluecore/src/app.ts': ["'@bluecore/health'"],
  'docker/redis/app.ts': ["'@bluecore/health'"],
  'charts/umbrella/bench/lab.ts': ["'@bluecore/lab'"],
  'packages/lab/src/tooling.ts': ["'@bluecore/workspace'"],
  'packages/lab/test/helper.test.ts': ["'./up.test.js'"],
  'packages/lab/src/helped.ts': ["'../testing/nodes.js'"],
  'packages/lab/src/type-only.ts': ["type '@bluecore/health'"],
}

/** @type {string} */
let folder
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-imports-'))
  const write = /** @param {string} path @param {string} text */ (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  mkdirSync(join(folder, 'node_modules/@bluecore'), { recursive: true })
  for (const path of packages) {
    const name = path.split('/')[1] ?? ''
    write(`${path}/package.json`, JSON.stringify({ exports: './src/index.ts' }))
    write(`${path}/src/index.ts`, '')
    symlinkSync(join(folder, path), join(folder, 'node_modules/@bluecore', name))
  }
  for (const path of ['apps/health/src/settings.ts', 'packages/lab/testing/nodes.ts']) write(path, '')
  write('packages/workspace/install.mjs', '')
  for (const [path, targets] of Object.entries(imports)) {
    write(
      path,
      targets
        .map(line =>
          line.startsWith('type ') ? `import type { A } from ${line.slice(5)}` : `import ${line}`,
        )
        .join('\n'),
    )
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('each arrow that points the wrong way is found, by name, by path and by type, and no other', () => {
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/depcruise'),
    [
      'apps',
      'packages',
      'docker',
      'charts',
      '--output-type',
      'json',
      '--config',
      join(root, '.dependency-cruiser.mjs'),
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  /** @type {{ rule: { name: string }, from: string }[]} */
  const violations = JSON.parse(stdout).summary.violations
  expect(violations.map(({ rule, from }) => `${rule.name}: ${from}`).toSorted()).toEqual([
    'apps-import-packages: apps/bluecore/src/app.ts',
    'apps-import-packages: docker/redis/app.ts',
    'by-name: apps/health/src/by-path.ts',
    'charts-import-tools: charts/umbrella/bench/lab.ts',
    'command-line-knows-no-server: apps/bluecore/src/server.ts',
    'helpers-are-for-tests: packages/lab/src/helped.ts',
    'packages-import-packages: packages/lab/src/app.ts',
    'packages-import-packages: packages/lab/src/type-only.ts',
    'sidecars-stay-small: packages/sidecar/src/large.ts',
    'tests-are-not-imported: packages/lab/test/helper.test.ts',
    'workspace-is-tooling: packages/lab/src/tooling.ts',
  ])
})
