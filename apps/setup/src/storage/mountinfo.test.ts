import { expect, test } from 'vitest'
import { isNfs, mountOf } from './mountinfo.js'

// As kernels wrote them: NFSv3 and a folder of it, NFSv4, a client in user space (which shows FUSE's options only).
const v3 =
  'rw,vers=3,rsize=131072,wsize=524288,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,mountaddr=192.168.1.80,' +
  'mountvers=3,mountport=300,mountproto=udp,local_lock=none,addr=192.168.1.80'
const v4 =
  'rw,vers=4.1,rsize=524288,wsize=524288,namlen=255,hard,proto=tcp6,port=0,timeo=600,retrans=2,sec=sys,clientaddr=::1,' +
  'local_lock=none,addr=::1'
const mountinfo = `60 1 253:0 / / rw,relatime shared:1 - xfs /dev/mapper/cl-root rw,seclabel,attr2,inode64,noquota
121 60 0:39 / /volume rw,relatime shared:69 - nfs 192.168.1.80:/ifs/vols/vol01 ${v3}
124 60 0:39 / /data rw,relatime shared:69 - nfs 192.168.1.80:/ifs/vols/vol01/data ${v3}
128 60 0:41 / /home/red rw,relatime shared:74 - nfs4 localhost:/home/akutz ${v4}
81 60 0:42 / /fuse rw,nosuid,nodev,noatime shared:141 - fuse.nfs nfs.bluecore.internal:/bluecore/redis rw,user_id=0,group_id=0,allow_other,max_read=262144
82 60 0:43 / /with\\040space ro - tmpfs none rw
`

test.each([
  ['/volume', { point: '/volume', type: 'nfs', source: '192.168.1.80:/ifs/vols/vol01' }, true],
  ['/data', { source: '192.168.1.80:/ifs/vols/vol01/data' }, true],
  ['/home/red', { type: 'nfs4', source: 'localhost:/home/akutz' }, true],
  ['/fuse', { type: 'fuse.nfs', source: 'nfs.bluecore.internal:/bluecore/redis' }, true],
  ['/with space', { point: '/with space', type: 'tmpfs' }, false],
  ['/volumes', { point: '/', type: 'xfs', source: '/dev/mapper/cl-root' }, false],
])('%s', (path, expected, nfs) => {
  const mount = mountOf(path, mountinfo)
  expect(mount).toMatchObject(expected)
  expect(mount && isNfs(mount)).toBe(nfs)
})

test('options of the mount and of its file system are together', () => {
  expect(mountOf('/volume', mountinfo)?.options).toEqual(['rw', 'relatime', ...v3.split(',')])
})

test('a text that is no mountinfo has no mount', () => {
  expect(mountOf('/volume', 'nonsense - more\n')).toBeUndefined()
})
