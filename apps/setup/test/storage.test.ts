import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createVolume, treeOf, until, type Volume } from '@bluecore/sidecar/testing'
import { afterEach, expect, test } from 'vitest'
import { type Env, setup, start } from '../testing/setup.js'

/** Whom PostgreSQL runs as in its image. */
const postgres = { uid: 999, gid: 999 }

let volume: Volume
afterEach(() => volume?.remove())

/** A volume as the README asks for it, with more than an empty one needs unless said otherwise. */
async function make(megabytes = 700) {
  volume = await createVolume(megabytes)
  chownSync(volume.path, postgres.uid, postgres.gid)
  chmodSync(volume.path, 0o700)
}

/** Of a server that has been here before. */
function addData() {
  mkdirSync(join(volume.path, 'pgdata'))
  writeFileSync(join(volume.path, 'pgdata/PG_VERSION'), '10\n')
}

const env = (more: Env = {}) => ({ STORAGE_PATH: volume.path, STORAGE_USED_BY: 'PostgreSQL', ...more })
const check = (more: Env = {}) => setup(['storage'], env(more), postgres)
const left = () => readdirSync(volume.path).filter(name => name !== 'lost+found')

test('a usable volume: one line for each check, and nothing is left on it', async () => {
  await make()
  const { code, output } = await check()
  expect(output).toMatch(
    /^ok {4}mount: \/dev\/loop\d+ \(ext4\), rw\nok {4}owner: 999:999, mode 0700\nok {4}write\nok {4}fsync\nok {4}hard link\nok {4}rename\nok {4}read back\nok {4}remove\nok {4}free space: \d+ of \d+ MiB, \d+ of \d+ inodes\n(ok {2}|WARN) {2}speed: 20 writes with fsync: median [\d.]+ ms, longest [\d.]+ ms.*\nThe volume is usable for PostgreSQL: (10 checks ok|9 checks ok, 1 warning)\n$/,
  )
  expect(code).toBe(0)
  expect(left()).toEqual([])
})

test('a folder of another user, and one without write permission: the commands to fix it', async () => {
  await make()
  chownSync(volume.path, 0, 0)
  const { code, output } = await check()
  expect(code).toBe(1)
  expect(output).toContain(
    `FAIL  owner: ${volume.path} belongs to 0:0, but PostgreSQL runs as 999:999. In the volume's folder, as root: chown 999:999 .\n`,
  )
  expect(output).toContain(
    `FAIL  write: mkdir in ${volume.path} failed with EACCES: permission denied: see owner\n`,
  )
  expect(output).toMatch(/\nThe volume is not usable for PostgreSQL: 2 problems\n$/)

  chownSync(volume.path, postgres.uid, postgres.gid)
  chmodSync(volume.path, 0o500)
  const closed = await check()
  expect(closed.code).toBe(1)
  expect(closed.output).toContain(
    "but PostgreSQL cannot use it with mode 0500. In the volume's folder, as root: chmod 0700 .\n",
  )
  expect(left()).toEqual([])
})

test('another file system than the values name fails, even if everything else works', async () => {
  await make()
  const STORAGE_SOURCE = 'nfs.bluecore.internal:/bluecore/dbserver'
  const { code, output } = await check({ STORAGE_SOURCE, STORAGE_OPTIONS: 'hard,nfsvers=3,proto=tcp' })
  expect(code).toBe(1)
  expect(output).toMatch(
    /^FAIL {2}mount: .* is \/dev\/loop\d+ \(ext4\), but the values name NFS, nfs\.bluecore\.internal:\/bluecore\/dbserver\./,
  )
  expect(output).toContain('ok    hard link\n')
  expect(output).toMatch(/not usable for PostgreSQL: 1 problem(, 1 warning)?\n$/)
})

test('nothing is mounted: the folder of the image is not touched', async () => {
  await make()
  const folder = join(volume.path, 'empty')
  mkdirSync(folder)
  chownSync(folder, postgres.uid, postgres.gid)
  const { code, output } = await check({ STORAGE_PATH: folder })
  expect(code).toBe(1)
  expect(output).toBe(
    `FAIL  mount: nothing is mounted at ${folder}. Does the pod mount its volume there?\nThe volume is not usable for PostgreSQL: 1 problem\n`,
  )
  expect(readdirSync(folder)).toEqual([])
})

test('low space: a failure for a first start, a warning with existing data', async () => {
  await make(64)
  const empty = await check()
  expect(empty.code).toBe(1)
  expect(empty.output).toMatch(
    /FAIL {2}free space: \d+ of \d+ MiB are free, but the first start of PostgreSQL on an empty volume needs at least 512 MiB\n/,
  )
  addData()
  const used = await check()
  expect(used.output).toMatch(
    /WARN {2}free space: only \d+ of \d+ MiB are free\. Free some space on the NAS soon\n/,
  )
  expect(used.code).toBe(0)
})

test('no space: it fails, removes its files, and leaves the data unchanged', async () => {
  await make(32)
  addData()
  await volume.fill()
  const before = left()
  const { code, output } = await check()
  expect(code).toBe(1)
  expect(output).toMatch(/FAIL {2}free space: 0 of \d+ MiB are free, too little for PostgreSQL to start/)
  expect(output).toMatch(
    /FAIL {2}write: \w+ in .* failed with ENOSPC: no space left on the volume: free some space, or enlarge it\n/,
  )
  expect(left()).toEqual(before)
  expect(readFileSync(join(volume.path, 'pgdata/PG_VERSION'), 'utf8')).toBe('10\n')
})

test('a read-only mount, and a file system that turned read-only, fail', async () => {
  await make()
  const failed = `FAIL  write: mkdir in ${volume.path} failed with EROFS: the file system or the NFS export is read-only`
  await promisify(execFile)('mount', ['-o', 'remount,ro', volume.path])
  const mounted = await check()
  expect(mounted.code).toBe(1)
  expect(mounted.output).toMatch(/^FAIL {2}mount: it is mounted read-only\./)
  expect(mounted.output).toContain(failed)

  await promisify(execFile)('mount', ['-o', 'remount,rw', volume.path])
  await volume.failReadOnly()
  const { code, output } = await check()
  expect(code).toBe(1)
  expect(output).toContain(failed)
})

test('a hung volume: it reports the step and ends on timeout, and on SIGTERM', async () => {
  await make()
  await volume.hang()
  const begun = performance.now()
  const running = start(['storage'], env({ SETUP_TIMEOUT_SECONDS: 9 }), postgres)
  await running.says(`still waiting for write on ${volume.path} after 3 s; is the NAS up?`)
  const probes = treeOf(running.pid).slice(1)
  await running.says('after 6 s; is the NAS up?')
  const { code, output } = await running.ended
  expect(performance.now() - begun).toBeLessThan(14_000)
  expect(code).toBe(1)
  expect(output).toContain(
    `FAIL  write: no response from ${volume.path} within 9 s. Is the NAS up, and can this node reach it?\n`,
  )
  expect(output).toContain('ok    mount: ')
  expect(output).toMatch(/\nThe volume is not usable for PostgreSQL: 1 problem\n$/)

  const deleted = start(['storage'], env({ SETUP_TIMEOUT_SECONDS: 30 }), postgres)
  await until('the probe had started', () => treeOf(deleted.pid).length > 1, 10_000)
  probes.push(...treeOf(deleted.pid).slice(1))
  const asked = performance.now()
  deleted.signal('SIGTERM')
  expect(await deleted.ended).toMatchObject({ code: 143 })
  expect(performance.now() - asked).toBeLessThan(2_000)

  expect(probes).toHaveLength(2)
  await volume.heal()
  await until('the hung probes had ended', () => probes.every(isGone), 10_000)
})

/** Or a zombie, which holds no volume. */
function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''
  } catch {
    return true
  }
}

test('leftovers of a killed run are removed after a day, and nothing else is', async () => {
  await make()
  addData()
  const names = ['.bluecore-storage-old', '.bluecore-storage-young', '.bluecore-health', '.snapshot']
  for (const name of names) {
    const folder = join(volume.path, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'file'), 'left')
    chownSync(folder, postgres.uid, postgres.gid)
    const then = Date.now() / 1000 - (name.endsWith('young') ? 23 : 25) * 3_600
    utimesSync(folder, then, then)
  }
  expect(await check()).toMatchObject({ code: 0 })
  expect(left().sort()).toEqual(['.bluecore-health', '.bluecore-storage-young', '.snapshot', 'pgdata'])
})

test('three concurrent runs do not interfere', async () => {
  await make()
  for (const { code, output } of await Promise.all([check(), check(), check()])) expect(code, output).toBe(0)
  expect(left()).toEqual([])
})
