import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder, once } from './index.mjs'

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

test('several ask at once: one makes it, and it appears when it is complete', async () => {
  let making = 0
  const path = join(folder, 'new', 'thing')
  const ask = () =>
    once(path, async part => {
      expect(++making).toBe(1)
      mkdirSync(part)
      expect(existsSync(path)).toBe(false)
      writeFileSync(join(part, 'complete'), '')
    })
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([path, path, path])
  expect(readdirSync(path)).toEqual(['complete'])
})

test('a run that failed or was killed does not block the next one', async () => {
  const path = join(folder, 'thing')
  mkdirSync(`${path}.part/half`, { recursive: true })
  const fail = async part => {
    writeFileSync(part, 'half')
    throw new Error('no')
  }
  await expect(once(path, fail)).rejects.toThrow('no')
  expect(readdirSync(folder)).toEqual(['thing.lock'])
  expect(await once(path, async part => writeFileSync(part, 'complete'))).toBe(path)
})
