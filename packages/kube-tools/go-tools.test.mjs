import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toolPath } from './index.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-go-tools-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('without Go: what it is needed for, and what to do', async () => {
  for (const name of ['flock', 'sh', 'cat']) symlinkSync(`/usr/bin/${name}`, join(folder, name))
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('PATH', folder)
  await expect(toolPath('kubeconform')).rejects.toThrow(
    'compiling kubeconform v0.8.0, once; takes minutes: there is no go on PATH. Install Go 1.26 or later.',
  )
})

test('a Go that fails: its own words, and nothing half made', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('GOPROXY', 'off')
  vi.stubEnv('GOMODCACHE', join(folder, 'modules'))
  await expect(toolPath('kubeconform')).rejects.toThrow('module lookup disabled by GOPROXY=off')
  expect(readdirSync(join(folder, 'cache/bluecore/kube-tools'))).toEqual(['kubeconform-v0.8.0.lock'])
})
