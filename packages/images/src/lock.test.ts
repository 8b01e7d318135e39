import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { withLock } from './lock.js'

async function lockFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'images-lock-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'new', 'lock')
}

test('one at a time', async () => {
  const file = await lockFile()
  const seen: string[] = []
  const work = (name: string) =>
    withLock(file, async () => {
      seen.push(name)
      await setTimeout(20)
      seen.push(name)
    })
  await Promise.all(['a', 'b', 'c'].map(work))
  expect(seen.join('')).toMatch(/^(aa|bb|cc){3}$/)
})

test('is free again after a failure, and held against other processes meanwhile', async () => {
  const file = await lockFile()
  const tryLock = async () => (await execa('flock', ['--nonblock', file, 'true'], { reject: false })).exitCode
  await expect(
    withLock(file, async () => {
      expect(await tryLock()).toBe(1)
      throw new Error('broken')
    }),
  ).rejects.toThrow('broken')
  expect(await tryLock()).toBe(0)
})
