import { expect, test } from 'vitest'
import { isNfs, mountOf, nfsCounters } from './mounts.js'

// Texts as a kernel with NFS writes them (Linux 6.1), shortened: no volume of these tests is NFS.
const options = 'vers=3,rsize=1048576,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,local_lock=none'
const mountinfo = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
23 22 0:21 / /proc rw,nosuid - proc proc rw
94 22 0:50 / /var/lib/data rw,relatime shared:40 master:2 - nfs nas:/bluecore/db rw,${options}
95 22 0:51 / /var/lib/data/soft rw,relatime - nfs nas:/soft rw,${options.replace('hard', 'soft')}
96 22 0:52 / /var/lib/read-only ro,relatime - nfs4 nas:/ro rw,${options}
97 22 7:0 / /var/lib/failed rw,relatime - ext4 /dev/loop0 ro,errors=remount-ro
98 22 0:53 / /var/lib/with\\040space\\134 rw - tmpfs tmpfs rw
101 22 0:56 / /var/lib/fuse rw,nosuid,nodev - fuse.nfs nas:/bluecore/redis rw,user_id=0,group_id=0,allow_other
99 22 0:54 / /var/lib/twice rw - tmpfs below rw
100 99 0:55 / /var/lib/twice ro - ext4 above rw
`

test.each([
  ['/var/lib/data/health', { point: '/var/lib/data', type: 'nfs', readOnly: false, soft: false }],
  ['/var/lib/data', { point: '/var/lib/data', type: 'nfs' }],
  ['/var/lib/database', { point: '/', type: 'ext4', readOnly: false, soft: false }],
  ['/var/lib/data/soft/health', { point: '/var/lib/data/soft', soft: true }],
  ['/var/lib/read-only/health', { type: 'nfs4', readOnly: true, soft: false }],
  ['/var/lib/failed/health', { type: 'ext4', readOnly: true }],
  ['/var/lib/with space\\/health', { point: '/var/lib/with space\\' }],
  ['/var/lib/fuse/health', { type: 'fuse.nfs', source: 'nas:/bluecore/redis', soft: false }],
  ['/var/lib/twice/health', { type: 'ext4', readOnly: true }],
])('%s is on %o', (path, mount) => {
  expect(mountOf(path, mountinfo)).toMatchObject(mount)
})

test('the options of the mount and of its file system are together', () => {
  expect(mountOf('/var/lib/data', mountinfo)?.options).toEqual([
    'rw',
    'relatime',
    'rw',
    ...options.split(','),
  ])
})

test.each([
  ['nfs', true],
  ['nfs4', true],
  ['fuse.nfs', true],
  ['ext4', false],
  ['nfsd', false],
])('%s is NFS: %s', (type, nfs) => expect(isNfs({ type })).toBe(nfs))

test('a text that is not mountinfo has no mount', () => {
  expect(mountOf('/a', '')).toBeUndefined()
  expect(mountOf('/a', 'nonsense - more\n')).toBeUndefined()
})

// Fields of an operation: operations, transmissions, major timeouts, then bytes, queue, round trip, execution, errors.
const mountstats = `device rootfs mounted on / with fstype rootfs
device nas:/bluecore/db mounted on /var/lib/data with fstype nfs statvers=1.1
\topts:\trw,${options}
\tage:\t3600
\txprt:\ttcp 918 0 1 0 11 5410 5409 1 5421 0 2 8 14
\tper-op statistics
\t        NULL: 1 1 0 44 24 0 0 0 0
\t     GETATTR: 1000 1003 1 112000 112000 5 900 1010 0
\t       WRITE: 200 212 4 838860800 27200 77 41000 41200 1
\t      COMMIT: 200 200 0 24000 25600 0 9000 9100 0

device nas:/with mounted on /var/lib/with\\040space with fstype nfs4 statvers=1.1
\tper-op statistics
\t       WRITE: 7 9 1 0 0 0 0 0 0
device tmpfs mounted on /dev/shm with fstype tmpfs
`

test.each([
  ['/var/lib/data', { retransmissions: 15, timeouts: 5 }],
  ['/var/lib/with space', { retransmissions: 2, timeouts: 1 }],
  ['/', undefined],
  ['/dev/shm', undefined],
  ['/missing', undefined],
])('NFS mounted on %s has %o', (point, counters) => {
  expect(nfsCounters(point, mountstats)).toEqual(counters)
})
