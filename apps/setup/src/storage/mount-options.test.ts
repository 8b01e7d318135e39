import { expect, test } from 'vitest'
import { judgedOptions, optionDifferences } from './mount-options.js'

// Of real mounts, one line each of /proc/self/mountinfo.
const v3 =
  'rw,relatime,vers=3,rsize=131072,wsize=524288,namlen=255,hard,proto=tcp,timeo=600,retrans=2,sec=sys,' +
  'mountaddr=192.168.1.80,mountvers=3,mountport=300,mountproto=udp,local_lock=none,addr=192.168.1.80'
const v3Soft =
  'rw,noatime,vers=3,rsize=1048576,wsize=1048576,namlen=255,soft,proto=tcp6,timeo=600,retrans=6,sec=sys,mountaddr=::1,' +
  'mountvers=3,mountport=45327,mountproto=udp6,local_lock=none,addr=::1'
const v3Udp =
  'rw,relatime,vers=3,rsize=32768,wsize=32768,namlen=255,hard,proto=udp,timeo=11,retrans=3,sec=sys,' +
  'mountaddr=192.168.56.101,mountvers=3,mountport=20048,mountproto=udp,local_lock=none,addr=192.168.56.101'
const v4 =
  'rw,relatime,vers=4.1,rsize=524288,wsize=524288,namlen=255,hard,proto=tcp6,port=0,timeo=600,retrans=2,sec=sys,' +
  'clientaddr=::1,local_lock=none,addr=::1'
const fuse = 'rw,nosuid,nodev,noatime,rw,user_id=0,group_id=0,allow_other,max_read=262144'

test.each([
  ['hard,nfsvers=3,proto=tcp', v3, []],
  ['hard,vers=3,tcp,timeo=600,retrans=2', v3, []],
  ['v3', v3, []],
  ['hard,nfsvers=3,proto=tcp', v4, ['vers=4.1 instead of vers=3']],
  ['hard,nfsvers=4', v4, []],
  ['v4.1,tcp', v4, []],
  ['nfsvers=4.2', v4, ['vers=4.1 instead of vers=4.2']],
  ['hard,nfsvers=3,proto=tcp', v3Udp, ['proto=udp instead of proto=tcp']],
  ['hard,timeo=50', v3Soft, ['soft instead of hard', 'timeo=600 instead of timeo=50']],
  ['soft', v3, ['hard instead of soft']],
  // Agreed on with the server, shared, not always told, or nobody's business here.
  ['rsize=1048576,wsize=1048576,nconnect=4,nolock,noatime,sec=krb5,nodev,lookupcache=none', v3, []],
  ['hard,nfsvers=3,proto=tcp', fuse, []],
  ['', v3, []],
])('%s on %s', (wanted, seen, differences) => {
  expect(optionDifferences(wanted, seen.split(','))).toEqual(differences)
})

test('the mount is shown as the kernel lists it', () => {
  expect([...judgedOptions(v3Udp.split(',')).values()]).toEqual([
    'vers=3',
    'hard',
    'proto=udp',
    'timeo=11',
    'retrans=3',
  ])
})
