import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder, once, withLock } from './index.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-cache-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  [{ XDG_CACHE_HOME: '/there', HOME: '/home/x' }, '/there/bluecore'],
  [{ HOME: '/home/x' }, '/home/x/.cache/bluecore'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/x' }, '/home/x/.cache/bluecore'],
])('with %j the cache is %s', (env, path) => expect(cacheFolder(env)).toBe(path))

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

test('a lock is had by one at a time', async () => {
  const file = join(folder, 'new', 'lock')
  const seen = []
  const work = name =>
    withLock(file, async () => {
      seen.push(name)
      await sleep(20)
      seen.push(name)
      return name
    })
  expect(await Promise.all(['a', 'b', 'c'].map(work))).toEqual(['a', 'b', 'c'])
  expect(seen.join('')).toMatch(/^(aa|bb|cc){3}$/)
})

test('a lock is held against other processes, and free again after a failure', async () => {
  const file = join(folder, 'lock')
  const tryLock = () => spawnSync('flock', ['--nonblock', file, 'true']).status
  const fail = async () => {
    expect(tryLock()).toBe(1)
    throw new Error('broken')
  }
  await expect(withLock(file, fail)).rejects.toThrow('broken')
  expect(tryLock()).toBe(0)
})
