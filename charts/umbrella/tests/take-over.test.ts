import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../files/take-over.sh', import.meta.url))

let folder: string
let data: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'take-over-'))
  data = join(folder, 'pgdata')
  mkdirSync(join(data, 'base'), { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'base/1'), 'of the last holder')
})
afterEach(() => {
  spawnSync('umount', [join(folder, 'volume')])
  rmSync(folder, { recursive: true })
})

/** Takes over in this epoch, and runs a server that only says that it runs. */
function takeOver(taken: number, paths = [data], env = {}) {
  const command = [script, ...paths, '--', 'echo', 'it', 'runs']
  return spawnSync('bash', command, {
    encoding: 'utf8',
    env: { ...process.env, LEASE: folder, LEASE_TAKEN: String(taken), ...env },
  })
}
const inode = () => statSync(join(data, 'base/1')).ino

test('after a take-over the server gets copies, once: late writes of the last holder reach files that are gone', () => {
  const before = inode()
  const { stdout, stderr, status } = takeOver(7)
  expect([stdout, status]).toEqual(['it runs\n', 0])
  expect(stderr).toContain(`epoch 7 was taken from a silent holder: copying ${data}, `)
  const after = inode()
  expect(after).not.toBe(before)
  expect(readFileSync(join(data, 'base/1'), 'utf8')).toBe('of the last holder')
  expect(statSync(data).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder).sort()).toEqual(['copied', 'pgdata'])
  expect(readFileSync(join(folder, 'copied'), 'utf8')).toBe('7\n')
  takeOver(7) // the container is started again
  expect(inode()).toBe(after)
  takeOver(9)
  expect(inode()).not.toBe(after)
})

test('nothing is copied when the lease was released, and what does not exist yet is no error', () => {
  const before = inode()
  expect(takeOver(0).stdout).toBe('it runs\n')
  expect(inode()).toBe(before)
  expect(takeOver(3, [join(folder, 'missing')])).toMatchObject({ stdout: 'it runs\n', stderr: '' })
  expect(takeOver(4, []).stdout).toBe('it runs\n')
})

test('a file is copied like a folder', () => {
  const before = inode()
  expect(takeOver(1, [join(data, 'base/1')]).status).toBe(0)
  expect(inode()).not.toBe(before)
})

test.each([
  ['while it copied', () => mkdirSync(`${data}.copy`)],
  [
    'between its renames',
    () => {
      spawnSync('cp', ['-a', data, `${data}.copy`])
      renameSync(data, `${data}.old`)
    },
  ],
  [
    'while it removed what it had copied',
    () => {
      mkdirSync(`${data}.old`)
    },
  ],
])('it was killed %s: run again, it finishes', (_, interrupted) => {
  interrupted()
  expect(takeOver(2).status).toBe(0)
  expect(readFileSync(join(data, 'base/1'), 'utf8')).toBe('of the last holder')
  expect(readdirSync(folder).sort()).toEqual(['copied', 'pgdata'])
})

/** Moves the data onto a file system of its own. */
function onSmallVolume(options: string) {
  const volume = join(folder, 'volume')
  mkdirSync(volume)
  run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', volume)
  run('mv', data, volume)
  data = join(volume, 'pgdata')
}
const run = (command: string, ...args: string[]) =>
  expect(spawnSync(command, args)).toMatchObject({ status: 0 })

test('without the space for a copy the server runs on what is there, and the log warns', () => {
  onSmallVolume('size=4m')
  writeFileSync(join(data, 'base/2'), Buffer.alloc(3 * 2 ** 20))
  const before = inode()
  const { stdout, stderr } = takeOver(2)
  expect(stdout).toBe('it runs\n')
  expect(stderr).toMatch(
    /WARNING: \S+ is not copied: that takes 3 MiB, and 0 MiB are free\. Late writes of the/,
  )
  expect(inode()).toBe(before)
})

test('a copy that fails starts nothing, and loses nothing', () => {
  onSmallVolume('size=4m,nr_inodes=5')
  const { stdout, stderr, status } = takeOver(2)
  expect(stdout).toBe('')
  expect(status).not.toBe(0)
  expect(stderr).toContain('No space left on device')
  expect(existsSync(join(data, 'base/1'))).toBe(true)
  expect(existsSync(join(folder, 'copied'))).toBe(false)
})
