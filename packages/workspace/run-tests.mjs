#!/usr/bin/env node
// run-tests KIND [ARGUMENT...]: the tests of one kind in the package of the working directory, or everywhere for kinds that run
// as one process. KIND is a project of vitest.config.ts. Writes dist/reports/KIND.xml (JUnit) in the working directory.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root } from './install.mjs'

/** Run as one process: unit tests are quick, and the tests of the cluster share it. */
const everywhere = new Set(['unit', 'lab', 'long'])

const [kind, ...more] = process.argv.slice(2)
if (!kind) {
  console.error(
    'usage: run-tests KIND [ARGUMENT...]; the kinds are the projects in packages/workspace/vitest.config.ts',
  )
  process.exit(2)
}
const folder = process.cwd()
// The lab's tests are two projects: those that run beside each other, then those that need the cluster alone.
const project = kind === 'lab' ? 'lab*' : kind
// Vitest ends its workers without their exit handlers: whatever they left in here goes at the end.
const temporary = mkdtempSync(join(tmpdir(), 'bluecore-'))
chmodSync(temporary, 0o755) // servers in it run as their own users
const { status, signal } = spawnSync(
  join(root, 'node_modules/.bin/vitest'),
  [
    'run',
    ...['--config', join(root, 'packages/workspace/vitest.config.ts'), '--project', project],
    ...(everywhere.has(kind) ? [] : [`${relative(root, folder)}/`]),
    ...['--reporter', kind === 'unit' ? 'default' : 'verbose'],
    ...['--reporter', 'junit', '--outputFile.junit', join(folder, `dist/reports/${kind}.xml`)],
    ...more,
  ],
  { stdio: 'inherit', env: { ...process.env, TMPDIR: temporary } },
)
try {
  rmSync(temporary, { recursive: true, force: true })
} catch {
  // A volume is still mounted there: its test has failed, and says so.
}
process.exitCode = status ?? (signal ? 1 : 0)
