import type { Owner } from '@bluecore/lease'
import { expect, test } from 'vitest'
import { lineOf } from '../finding.js'
import type { Seen } from '../probe.js'
import type { JudgedMount as Mount } from '../volume.js'
import { placeOf, type Volume } from '../volume.js'
import { judgeLease } from './lease.js'
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
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 999:999, but PostgreSQL cannot use it with mode 0500. ' +
      'On the NAS: chmod 0700 /bluecore/dbserver',
  ],
  [
    'its own, and refused by the export',
    refused,
    'FAIL  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 999:999 with mode 0700, but PostgreSQL (999:999) gets permission denied. ' +
      'On the NAS: is it exported rw to this node, with root_squash rather than all_squash? ' +
      'A changed owner or mode takes up to a minute to become visible',
  ],
  [
    "another's, but open to all",
    { ...nothing, folder: { uid: 0, gid: 0, mode: 0o777 }, file: { uid: 999, gid: 999 } },
    'WARN  owner: nfs.bluecore.internal:/bluecore/dbserver belongs to 0:0 with mode 0777, so PostgreSQL (999:999) can write there, but others can too. ' +
      'On the NAS: chown 999:999 /bluecore/dbserver && chmod 0700 /bluecore/dbserver',
  ],
  [
    'all users are mapped to one',
    { ...nothing, folder: { uid: 1024, gid: 100, mode: 0o777 }, file: { uid: 1024, gid: 100 } },
    'FAIL  owner: a file created by 999:999 belongs to 1024:100: the NAS maps all users to one (all_squash). ' +
      'On the NAS: export it with root_squash, then chown -R 999:999 /bluecore/dbserver',
  ],
])('owner: %s', (_, seen: Seen, line) => {
  expect(judgeOwner(volume, place, seen).map(lineOf)).toEqual([line])
})

test('owner: a folder in which no file was created yet is not reported, unless it belongs to the server', () => {
  const seen: Seen = { ...nothing, doing: 'write', folder: { uid: 0, gid: 0, mode: 0o777 } }
  expect(judgeOwner(volume, place, seen)).toEqual([])
  expect(judgeOwner(volume, place, { ...seen, folder })).toMatchObject([{ level: 'ok' }])
})

test('owner: users squashed to one stop PostgreSQL only; a folder that could not be read is reported by its step', () => {
  const seen = { ...nothing, folder, file: { uid: 1024, gid: 100 } }
  expect(judgeOwner({ ...volume, usedBy: 'Redis' }, place, seen)).toMatchObject([{ level: 'WARN' }])
  const lost: Seen = { ...nothing, failed: { owner: { call: 'stat', code: 'ESTALE' } } }
  expect(judgeOwner(volume, place, lost)).toEqual([])
  expect(judgeSteps(place, lost).map(lineOf)).toEqual([
    'FAIL  owner: stat in nfs.bluecore.internal:/bluecore/dbserver failed with ESTALE: ' +
      'stale file handle, the NAS exports another file system now: delete the pod, so that the volume is mounted again',
  ])
})

test('steps: what works, what does not and why; nothing of what was not tried', () => {
  const seen: Seen = {
    ...nothing,
    done: ['owner', 'free space', 'write', 'rename', 'remove'],
    failed: {
      fsync: { call: 'fsync', code: 'EIO' },
      'hard link': { call: 'link', code: 'EPERM' },
      'read back': { code: 'the data read is not the data written' },
    },
  }
  const name = 'nfs.bluecore.internal:/bluecore/dbserver'
  expect(judgeSteps(place, seen).map(lineOf)).toEqual([
    'ok    write',
    'ok    rename',
    'ok    remove',
    `FAIL  fsync: fsync in ${name} failed with EIO: I/O error: check the disk, the NAS and the network between them`,
    `FAIL  hard link: link in ${name} failed with EPERM: PostgreSQL needs hard links for its WAL: ` +
      'move the folder to ext4, XFS, Btrfs or ZFS, not exFAT or FAT',
    `FAIL  read back: the data read is not the data written: ${name} cannot be trusted with data`,
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
    ['WARN  free space: only 99 of 1000 MiB are free. Free some space on the NAS soon'],
  ],
  [
    'little, with data',
    { free: 5 * mebi },
    true,
    ['WARN  free space: only 5 of 1000 MiB are free. Free some space on the NAS soon'],
  ],
  [
    'not even enough to start',
    { free: 3 * mebi },
    true,
    [
      'FAIL  free space: 3 of 1000 MiB are free, too little for PostgreSQL to start. Free some space on the NAS',
    ],
  ],
  [
    'empty, with less than it takes',
    { free: 511 * mebi },
    false,
    [
      'FAIL  free space: 511 of 1000 MiB are free, but the first start of PostgreSQL on an empty volume needs at least 512 MiB',
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
  ['an SSD', [1, 2, 3, 4, 900], 'ok    speed: 5 writes with fsync: median 3.0 ms, longest 900 ms'],
  [
    'a slow NAS',
    [50, 50, 60, 70, 80],
    'WARN  speed: 5 writes with fsync: median 60 ms, longest 80 ms. Each commit takes that long. ' +
      'Is the NAS connected by Wi-Fi or 100 Mbit/s, or checking its RAID? An SSD cache helps',
  ],
  [
    'disks that slept',
    [5, 5, 5, 6000],
    'WARN  speed: 4 writes with fsync: median 5.0 ms, longest 6000 ms. ' +
      'Are the disks of the NAS spinning up from standby, or is it checking its RAID?',
  ],
])('speed: %s', (_, syncMs, line) => {
  expect(judgeSpeed({ ...nothing, syncMs }).map(lineOf)).toEqual([line])
})

test.each([
  ['nobody', {}, {}, []],
  [
    'this release',
    { id: 'ours', name: 'bluecore in namespace home' },
    {},
    ['ok    lease: bluecore in namespace home, epoch 4'],
  ],
  [
    'another release',
    { id: 'theirs', name: 'bluecore in namespace bluecore' },
    {},
    [
      'FAIL  lease: nfs.bluecore.internal:/bluecore/dbserver belongs to bluecore in namespace bluecore (last used by ' +
        'dbserver-1 on worker2), not to bluecore in namespace home. Use another folder: storage.nfs.path. To take it over on ' +
        'purpose, uninstall that release, then set global.lease.takeOverFrom=theirs',
    ],
  ],
  [
    'another release, and is taken over',
    { id: 'theirs', name: 'bluecore in namespace bluecore' },
    { takeOverFrom: 'theirs' },
    [
      'WARN  lease: nfs.bluecore.internal:/bluecore/dbserver belongs to bluecore in namespace bluecore (last used by ' +
        'dbserver-1 on worker2), and is taken over as global.lease.takeOverFrom says',
    ],
  ],
])('the volume belongs to %s', (_, owner, more, lines) => {
  const wanted = { ...volume, owner: { id: 'ours', name: 'bluecore in namespace home' }, ...more }
  const holder = { nonce: 'one', holder: 'dbserver-1 on worker2', member: 'dbserver' }
  const claim = { epoch: 4, ...holder, owner: owner as Owner }
  const seen: Seen = 'id' in owner ? { ...nothing, claim } : nothing
  expect(judgeLease(wanted, place, seen).map(lineOf)).toEqual(lines)
})
