import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'

const command = join(import.meta.dirname, 'bin/compile-go-tools.mjs')

test('a signal ends it, and what it was compiling leaves no file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-compile-go-tools-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  // An empty build cache, so that it takes long enough.
  const env = { XDG_CACHE_HOME: folder, GOCACHE: join(folder, 'go-build') }
  const child = execa(process.execPath, [command, 'actionlint'], { env, reject: false })
  const cached = () =>
    readdirSync(folder, { recursive: true }).filter(path => path.startsWith('bluecore/go/'))
  await expect.poll(cached, { timeout: 20_000 }).toContainEqual(expect.stringMatching(/\.part$/))
  child.kill('SIGTERM')
  expect((await child).signal).toBe('SIGTERM')
  expect(cached()).toEqual([expect.stringMatching(/^bluecore\/go\/actionlint-[0-9a-f]{16}\.lock$/)])
})

test('an unknown name: which ones there are', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, 'actionlint', 'nope'], {
    encoding: 'utf8',
  })
  expect(stderr).toMatch(/^compile-go-tools: no such tool: nope\n.*kubeconform/s)
  expect(status).toBe(2)
})
