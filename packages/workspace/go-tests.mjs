#!/usr/bin/env node
// go-tests KIND MODULE PACKAGE...: go vet and go test of the packages in the module in the folder MODULE. Writes
// dist/reports/KIND.xml (JUnit) in the working directory.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from './install.mjs'

const [kind, module, ...packages] = process.argv.slice(2)
if (!kind || !module || packages.length === 0) {
  console.error('usage: go-tests KIND MODULE PACKAGE...')
  process.exit(2)
}
const reports = resolve('dist/reports')
mkdirSync(reports, { recursive: true })
const gotestsum = ['tool', `-modfile=${join(root, 'packages/workspace/go.mod')}`, 'gotestsum']
for (const args of [
  ['vet', ...packages],
  // -count=1: Go's own cache does not see the NFS server, the network and the kernel that these tests use.
  [
    ...gotestsum,
    ...['--format', 'testname', '--junitfile', join(reports, `${kind}.xml`), '--', '-count=1', ...packages],
  ],
]) {
  const { status } = spawnSync('go', args, {
    cwd: resolve(module),
    stdio: 'inherit',
    // As the lab's binaries are compiled, so that both share what is compiled.
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath' },
  })
  if (status !== 0) process.exit(status ?? 1)
}
