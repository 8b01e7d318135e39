import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toolPath } from './index.mjs'

let dir
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bluecore-kube-tools-'))
  vi.stubEnv('XDG_CACHE_HOME', dir)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(dir, { recursive: true })
})

test('several that ask for a tool at once all get one that runs, and nothing half made stays', async () => {
  const paths = await Promise.all([toolPath('helm3'), toolPath('helm3'), toolPath('helm3')])
  expect(new Set(paths).size).toBe(1)
  expect(execFileSync(paths[0], ['version', '--short'], { encoding: 'utf8' })).toMatch(/^v3\./)
  expect(readdirSync(dirname(paths[0]))).toEqual(['helm3', 'helm3.lock'])
})
