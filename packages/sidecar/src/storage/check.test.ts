import { expect, test } from 'vitest'
import type { Answer } from './canary-run.js'
import { storage } from './check.js'
import type { StorageIo } from './io.js'

const room = { free: 6e9, size: 10e9, freeFiles: 900, files: 1_000 }
const steps = { write: 1, fsync: 9, rename: 1, unlink: 1 }

/** /dev/shm is a mount on every Linux, and not read-only. */
const ran = (ask: () => Promise<unknown>) => storage('/dev/shm/health', { ask } as Pick<StorageIo, 'ask'>)
const run = (answer: Answer) => ran(async () => answer).run(AbortSignal.timeout(1_000))

test('healthy: its numbers and the time of each step', async () => {
  expect(await run({ steps, space: room })).toEqual({
    samples: [
      { name: 'storage_free_bytes', value: 6e9 },
      { name: 'storage_size_bytes', value: 10e9 },
      { name: 'storage_free_inodes', value: 900 },
    ],
    warnings: [],
    steps,
  })
})

test.each([
  ['a tenth is free', {}, { free: 1e9 }, []],
  [
    'less is free',
    {},
    { free: 0.99e9 },
    ['944 of 9536 MiB are free: free some space, or enlarge the volume'],
  ],
  [
    'a large share of little',
    {},
    { free: 60 * 2 ** 20, size: 2 ** 27 },
    ['60 of 128 MiB are free: free some space, or enlarge the volume'],
  ],
  ['few inodes', {}, { freeFiles: 99 }, ['99 of 1000 inodes are free: there are too many small files']],
  ['no inodes are counted', {}, { freeFiles: 0, files: 0 }, []],
  ['fsync is slow', { fsync: 1_000.4 }, {}, ['fsync took 1000 ms']],
])('%s', async (_, slow, space, warnings) => {
  const finding = await run({ steps: { ...steps, ...slow }, space: { ...room, ...space } })
  expect(finding.warnings).toEqual(warnings)
})

test('a step that failed has its class, and what was seen before', async () => {
  const failed = { call: 'write', code: 'ENOSPC' }
  await expect(run({ steps: {}, space: { ...room, free: 0 }, failed })).rejects.toMatchObject({
    healthClass: 'persistence',
    finding: { warnings: [expect.stringContaining('0 of 9536 MiB')] },
  })
})

test("another user's folder is a warning, with what was seen before", async () => {
  const finding = await run({ steps: {}, space: room, failed: { call: 'open', code: 'EACCES' } })
  expect(finding.samples).toHaveLength(3)
  expect(finding.warnings).toEqual([
    'open in /dev/shm/health failed with EACCES: permission denied: run this process as the owner of the folder; ' +
      'the volume is not tested',
  ])
})

test('while an answer is owed, it is not asked again', async () => {
  let asked = 0
  const check = ran(() => {
    asked++
    return new Promise(() => {})
  })
  check.run(AbortSignal.timeout(1_000))
  await expect(check.run(AbortSignal.timeout(1_000))).rejects.toMatchObject({
    healthClass: 'storage-hung',
    message: 'the volume has not responded for 0 s',
  })
  expect(asked).toBe(1)
})
