import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './install.mjs'
import { workspaceFolder } from './testing/workspace-folder.mjs'

const packages = ['packages/lab', 'packages/sidecar', 'packages/workspace', 'apps/health', 'apps/bluecore']

const allowed = {
  'packages/sidecar/src/poll.ts': "import './index.js'",
  'packages/lab/test/up.test.ts': "import '../testing/nodes.js'\nimport '@bluecore/sidecar'",
  'apps/bluecore/run.mjs': "import '../../packages/workspace/install.mjs'",
  'apps/health/src/main.ts': "import '@bluecore/sidecar'\nimport './settings.js'",
  'docker/redis/image.test.ts': "import '@bluecore/lab'",
}

const forbidden = {
  'apps/health/src/by-path.ts': "import '../../../packages/sidecar/src/index.js'",
  'packages/lab/src/app.ts': "import '@bluecore/health'",
  'packages/lab/src/type-only.ts': "import type { A } from '@bluecore/health'",
  'packages/sidecar/src/large.ts': "import '@bluecore/lab'",
  'apps/bluecore/src/server.ts': "import '@bluecore/sidecar'",
  'apps/bluecore/src/app.ts': "import '@bluecore/health'",
  'docker/redis/app.ts': "import '@bluecore/health'",
  'charts/umbrella/bench/lab.ts': "import '@bluecore/lab'",
  'packages/workspace/main.mjs': "import '@bluecore/lab'",
  'packages/lab/src/tooling.ts': "import '@bluecore/workspace'",
  'packages/lab/test/helper.test.ts': "import './up.test.js'",
  'packages/lab/src/helped.ts': "import '../testing/nodes.js'",
}

test('each arrow that points the wrong way is found, by name, by path and by type, and no other', () => {
  const folder = workspaceFolder({
    ...Object.fromEntries(packages.map(path => [`${path}/package.json`, '{ "exports": "./src/index.ts" }'])),
    ...Object.fromEntries(packages.map(path => [`${path}/src/index.ts`, ''])),
    'apps/health/src/settings.ts': '',
    'packages/lab/testing/nodes.ts': '',
    'packages/workspace/install.mjs': '',
    ...allowed,
    ...forbidden,
  })
  const scope = join(folder, 'node_modules/@bluecore')
  mkdirSync(scope, { recursive: true })
  for (const path of packages) symlinkSync(join(folder, path), join(scope, basename(path)))

  const config = ['--output-type', 'json', '--config', join(root, '.dependency-cruiser.mjs')]
  const { stdout, stderr } = spawnSync(
    join(root, 'node_modules/.bin/depcruise'),
    ['apps', 'packages', 'docker', 'charts', ...config],
    { cwd: folder, encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  /** @type {{ rule: { name: string }, from: string }[]} */
  const violations = JSON.parse(stdout).summary.violations
  expect(violations.map(({ rule, from }) => `${rule.name}: ${from}`).toSorted()).toEqual([
    'by-name: apps/health/src/by-path.ts',
    'charts-import-tools: charts/umbrella/bench/lab.ts',
    'command-line-knows-no-server: apps/bluecore/src/server.ts',
    'helpers-are-for-tests: packages/lab/src/helped.ts',
    'only-packages-are-imported: apps/bluecore/src/app.ts',
    'only-packages-are-imported: docker/redis/app.ts',
    'only-packages-are-imported: packages/lab/src/app.ts',
    'only-packages-are-imported: packages/lab/src/type-only.ts',
    'sidecars-stay-small: packages/sidecar/src/large.ts',
    'tests-are-not-imported: packages/lab/test/helper.test.ts',
    'workspace-is-tooling: packages/lab/src/tooling.ts',
    'workspace-needs-no-package: packages/workspace/main.mjs',
  ])
})
