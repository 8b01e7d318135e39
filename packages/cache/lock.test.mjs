import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from './index.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const tryLock = file => spawnSync('flock', ['--nonblock', file, 'true']).status

test('one holds a lock at a time', async () => {
  const file = join(folder, 'new', 'lock')
  const seen = []
  const work = name =>
    withLock(file, async () => {
      seen.push(name)
      await turn()
      seen.push(name)
      return name
    })
  expect(await Promise.all(['a', 'b', 'c'].map(work))).toEqual(['a', 'b', 'c'])
  expect(seen.join('')).toMatch(/^(aa|bb|cc){3}$/)
})

test('a lock is held against other processes, and free again after a failure', async () => {
  const file = join(folder, 'lock')
  const fail = async () => {
    expect(tryLock(file)).toBe(1)
    throw new Error('broken')
  }
  await expect(withLock(file, fail)).rejects.toThrow('broken')
  expect(tryLock(file)).toBe(0)
})

test('waiting for a lock can be aborted; the holder keeps it', async () => {
  const file = join(folder, 'lock')
  const abort = new AbortController()
  await withLock(file, async () => {
    const waiting = withLock(file, () => expect.unreachable('got the lock'), { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    expect(tryLock(file)).toBe(1)
  })
  expect(tryLock(file)).toBe(0)
})
