#!/usr/bin/env node
// helm-package CHART FOLDER: a reproducible `helm package`. The same chart gives the same bytes, so that a registry can
// distinguish a changed chart from one that was packed again.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { toolPath } from '../index.mjs'

const [chart, target] = process.argv.slice(2)
if (!chart || !target) {
  console.error('usage: helm-package CHART FOLDER')
  process.exit(2)
}
const work = mkdtempSync(join(tmpdir(), 'helm-package-'))
try {
  execFileSync(await toolPath('helm'), ['package', resolve(chart), '--destination', work], { stdio: 'pipe' })
  const [archive = ''] = readdirSync(work)
  execFileSync('tar', ['-xzf', archive], { cwd: work })
  const [name = ''] = readdirSync(work).filter(entry => entry !== archive)
  const folder = resolve(target)
  mkdirSync(folder, { recursive: true })
  for (const old of readdirSync(folder)) {
    if (old.endsWith('.tgz')) rmSync(join(folder, old)) // an archive of an earlier version
  }
  // helm stores the modification times of the checkout, and subcharts in an order that varies between runs.
  const same = [
    '--sort=name',
    '--mtime=@315532800',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mode=u=rwX,go=rX',
  ]
  const file = join(folder, archive)
  execFileSync('tar', [...same, '--format=ustar', '--use-compress-program=gzip -n9', '-cf', file, name], {
    cwd: work,
  })
  console.log(file)
} catch (error) {
  console.error(`helm-package: ${error.stderr?.toString() || error.message}`)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true })
}
