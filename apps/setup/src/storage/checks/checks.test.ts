import { expect, test } from 'vitest'
import { lineOf } from '../finding.js'
import type { Mount } from '../mountinfo.js'
import type { Seen } from '../probe.js'
import { placeOf, type Volume } from '../volume.js'
import { judgeOwner } from './owner.js'
import { judgeSpace } from './space.js'
import { judgeSpeed } from './speed.js'
import { judgeSteps } from './steps.js'

const volume: Volume = { path: '/volume', usedBy: 'PostgreSQL', uid: 999, gid: 999 }
const mount: Mount = {
  point: '/volume',
  type: 'nfs',
  source: 'nfs.bluecore.internal:/bluecore/dbserver',
  options: ['rw'],
}
const place = placeOf(volume, mount)
const nothing: Seen = { done: [], failed: {}, syncMs: [] }
const folder = { uid: 999, gid: 999, mode: 0o700 }
const refused: Seen = { ...nothing, folder, failed: { write: { call: 'mkdir', code: 'EACCES' } } }

test('a place that is not NFS has no name on a NAS', () => {
  expect(placeOf(volume, { ...mount, type: 'ext4', source: '/dev/sda1' }).name).toBe('/volume')
})

test.each([
  ['its own', { ...nothing, folder, file: { uid: 999, gid: 100 } }, 'ok    owner: 999:999, mode 0700'],
  [
    "another's",
    { ...refused, folder: { uid: 0, gid: 0, mode: 0o700 } },
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 0:0, but PostgreSQL runs as 999:999. ' +
      'On the NAS: chown 999:999 /bluecore/dbserver',
  ],
  [
    "another's and closed to its owner",
    { ...refused, folder: { uid: 0, gid: 0, mode: 0o555 } },
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 0:0, but PostgreSQL runs as 999:999. ' +
      'On the NAS: chown 999:999 /bluecore/dbserver && chmod 0700 /bluecore/dbserver',
  ],
  [
    'its own, but closed',
    { ...refused, folder: { ...folder, mode: 0o500 } },
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 999:999, but with mode 0500 PostgreSQL cannot use it. ' +
      'On the NAS: chmod 0700 /bluecore/dbserver',
  ],
  [
    'its own, and refused by the export',
    refused,
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 999:999 with mode 0700, and yet PostgreSQL (999:999) may not write there. ' +
      'On the NAS: does the export let this node write, and map root only (root_squash, not all_squash)? ' +
      'A change of owner or mode is seen after a minute at the latest',
  ],
  [
    "another's, but open to all",
    { ...nothing, folder: { uid: 0, gid: 0, mode: 0o777 }, file: { uid: 999, gid: 999 } },
    'WARN  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 0:0 with mode 0777, so that PostgreSQL (999:999) can write there, and others too. ' +
      'On the NAS: chown 999:999 /bluecore/dbserver && chmod 0700 /bluecore/dbserver',
  ],
  [
    'all users are mapped to one',
    { ...nothing, folder: { uid: 1024, gid: 100, mode: 0o777 }, file: { uid: 1024, gid: 100 } },
    'FAIL  owner: a file that 999:999 makes there belongs to 1024:100: the NAS maps every user to one (all_squash). ' +
      'On the NAS: let the export map root only (root_squash), then chown -R 999:999 /bluecore/dbserver',
  ],
])('owner: %s', (_, seen: Seen, line) => {
  expect(judgeOwner(volume, place, seen).map(lineOf)).toEqual([line])
})

test('owner: nothing is said of a folder in which no file was made yet, unless it is its own', () => {
  const seen: Seen = { ...nothing, doing: 'write', folder: { uid: 0, gid: 0, mode: 0o777 } }
  expect(judgeOwner(volume, place, seen)).toEqual([])
  expect(judgeOwner(volume, place, { ...seen, folder })).toMatchObject([{ level: 'ok' }])
})

test('owner: users mapped to one stop PostgreSQL only; a folder that was not seen is told by its step', () => {
  const seen = { ...nothing, folder, file: { uid: 1024, gid: 100 } }
  expect(judgeOwner({ ...volume, usedBy: 'Redis' }, place, seen)).toMatchObject([{ level: 'WARN' }])
  const lost: Seen = { ...nothing, failed: { owner: { call: 'stat', code: 'ESTALE' } } }
  expect(judgeOwner(volume, place, lost)).toEqual([])
  expect(judgeSteps(place, lost).map(lineOf)).toEqual([
    'FAIL  owner: stat in nfs.bluecore.internal:/bluecore/dbserver failed with ESTALE: ' +
      'the NAS has another file system there now: delete the pod, so that it is mounted anew',
  ])
})

test('steps: what works, what does not and why; nothing of what was not tried', () => {
  const seen: Seen = {
    ...nothing,
    done: ['owner', 'free space', 'write', 'rename', 'remove'],
    failed: {
      fsync: { call: 'fsync', code: 'EIO' },
      'hard link': { call: 'link', code: 'EPERM' },
      'read back': { code: 'what was read is not what was written' },
    },
  }
  const name = 'nfs.bluecore.internal:/bluecore/dbserver'
  expect(judgeSteps(place, seen).map(lineOf)).toEqual([
    'ok    write',
    'ok    rename',
    'ok    remove',
    `FAIL  fsync: fsync in ${name} failed with EIO: the disk fails, or the way to it: look at the NAS`,
    `FAIL  hard link: link in ${name} failed with EPERM: PostgreSQL puts its log into place by hard links: ` +
      'put the folder on ext4, XFS, Btrfs or ZFS, not on exFAT or FAT',
    `FAIL  read back: what was read is not what was written: do not trust ${name} with data`,
  ])
})

const mebi = 2 ** 20
test.each([
  ['plenty', {}, true, ['ok    free space: 900 of 1000 MiB, 900 of 1000 inodes']],
  ['inodes are not counted', { freeFiles: 0, files: 0 }, true, ['ok    free space: 900 of 1000 MiB']],
  [
    'less than a tenth, with data',
    { free: 99 * mebi },
    true,
    ['WARN  free space: only 99 of 1000 MiB are free. Make room on the NAS soon'],
  ],
  [
    'little, with data',
    { free: 5 * mebi },
    true,
    ['WARN  free space: only 5 of 1000 MiB are free. Make room on the NAS soon'],
  ],
  [
    'not even enough to start',
    { free: 3 * mebi },
    true,
    ['FAIL  free space: 3 of 1000 MiB are free, too little for PostgreSQL to start. Make room on the NAS'],
  ],
  [
    'empty, with less than it takes',
    { free: 511 * mebi },
    false,
    [
      'FAIL  free space: 511 of 1000 MiB are free, and PostgreSQL begins on an empty volume: at least 512 MiB are needed',
    ],
  ],
  ['a folder that could not be read is not called empty', { free: 511 * mebi }, undefined, [/^ok/]],
  [
    'few inodes and few bytes',
    { free: 50 * mebi, freeFiles: 15 },
    true,
    [
      /^WARN/,
      'FAIL  free space: 15 of 1000 inodes are free, too few for PostgreSQL to start. Remove small files on the NAS',
    ],
  ],
  ['fewer inodes than a tenth', { freeFiles: 99 }, true, [/^WARN {2}free space: only 99 of 1000 inodes/]],
])('space: %s', (_, change, holdsData, lines) => {
  const space = { free: 900 * mebi, size: 1000 * mebi, freeFiles: 900, files: 1000, ...change }
  const seen: Seen = { ...nothing, space, ...(holdsData === undefined ? {} : { holdsData }) }
  expect(judgeSpace(volume, seen).map(lineOf)).toEqual(
    lines.map(line => (typeof line === 'string' ? line : expect.stringMatching(line))),
  )
})

test.each([
  ['an SSD', [1, 2, 3, 4, 900], 'ok    speed: 5 writes with fsync: half within 3.0 ms, the longest 900 ms'],
  [
    'a slow NAS',
    [50, 50, 60, 70, 80],
    'WARN  speed: 5 writes with fsync: half within 60 ms, the longest 80 ms. Each commit waits so long. ' +
      'Is the way to the NAS Wi-Fi or 100 Mbit/s, does it check its RAID? An SSD as its cache helps',
  ],
  [
    'disks that slept',
    [5, 5, 5, 6000],
    'WARN  speed: 4 writes with fsync: half within 5.0 ms, the longest 6000 ms. ' +
      'Do disks of the NAS sleep, or did it check its RAID just now?',
  ],
])('speed: %s', (_, syncMs, line) => {
  expect(judgeSpeed({ ...nothing, syncMs }).map(lineOf)).toEqual([line])
})
