import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { cached } from './cache.js'

async function emptyCache(): Promise<{ XDG_CACHE_HOME: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'images-cache-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return { XDG_CACHE_HOME: folder }
}

test('is created once for the same inputs, even by concurrent calls', async () => {
  const env = await emptyCache()
  let made = 0
  const make = async (folder: string) => await writeFile(join(folder, 'number'), `${++made}`)
  const folders = await Promise.all([1, 2, 3].map(() => cached('home', ['a', 'b'], make, env)))
  expect(new Set(folders).size).toBe(1)
  expect(await readFile(join(folders[0] ?? '', 'number'), 'utf8')).toBe('1')
  expect(await cached('home', ['ab'], make, env)).not.toBe(folders[0])
  expect(made).toBe(2)
})

test('does not exist after a failure, and is created by the next call', async () => {
  const env = await emptyCache()
  const broken = async (folder: string) => {
    await writeFile(join(folder, 'half'), '')
    throw new Error('no network')
  }
  await expect(cached('home', [], broken, env)).rejects.toThrow('no network')
  const folder = await cached('home', [], folder => writeFile(join(folder, 'whole'), ''), env)
  expect(await readdir(folder)).toEqual(['whole'])
})
