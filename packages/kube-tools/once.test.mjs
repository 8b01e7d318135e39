import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toolPath } from './index.mjs'
import { once } from './once.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-once-'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

test('several want it at once: one makes it, and it appears when it is whole', async () => {
  let making = 0
  const path = join(folder, 'new', 'thing')
  const want = () =>
    once(path, async part => {
      expect(++making).toBe(1)
      mkdirSync(part)
      await sleep(100)
      expect(existsSync(path)).toBe(false)
      writeFileSync(join(part, 'whole'), '')
    })
  expect(await Promise.all([want(), want(), want()])).toEqual([path, path, path])
  expect(readdirSync(path)).toEqual(['whole'])
})

test('what fails, or was killed before it was whole, leaves nothing in the way of the next', async () => {
  const path = join(folder, 'thing')
  mkdirSync(`${path}.part/half`, { recursive: true })
  const fail = async part => {
    writeFileSync(part, 'half')
    throw new Error('no')
  }
  await expect(once(path, fail)).rejects.toThrow('no')
  expect(readdirSync(folder)).toEqual(['thing.lock'])
  expect(await once(path, async part => writeFileSync(part, 'whole'))).toBe(path)
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
