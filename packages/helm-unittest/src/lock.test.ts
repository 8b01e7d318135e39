import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { withLock } from './lock.mjs'

async function lockFile() {
  const folder = await mkdtemp(join(tmpdir(), 'helm-unittest-lock-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'new', 'lock')
}

test('one holder at a time; the other is notified once that it waits', async () => {
  const file = await lockFile()
  let working = 0
  const waits: string[] = []
  const work = (name: string) =>
    withLock(
      file,
      () => waits.push(name),
      async () => {
        expect(++working).toBe(1)
        await expect.poll(() => waits).toHaveLength(1)
        working--
        return name
      },
    )
  expect(await Promise.all([work('a'), work('b')])).toEqual(['a', 'b'])
  expect(waits).toHaveLength(1)
})

test('work that fails releases the lock', async () => {
  const file = await lockFile()
  const fail = () => Promise.reject(new Error('no'))
  await expect(withLock(file, () => {}, fail)).rejects.toThrow('no')
  expect(
    await withLock(
      file,
      () => {},
      async () => 'yes',
    ),
  ).toBe('yes')
})

test('a stale lock is taken over', async () => {
  const file = await lockFile()
  await withLock(
    file,
    () => {},
    async () => {},
  )
  await writeFile(file, '')
  await utimes(file, 0, 0)
  expect(
    await withLock(
      file,
      () => {},
      async () => 'mine',
    ),
  ).toBe('mine')
})
