import { expect, test } from 'vitest'
import type { JudgedMount as Mount, Volume } from '../volume.js'
import { judgeMount } from './mount.js'

const source = 'nfs.bluecore.internal:/bluecore/dbserver'
const volume: Volume = { path: '/volume', usedBy: 'PostgreSQL', uid: 999, gid: 999 }
const wanted: Volume = { ...volume, source, options: 'hard,nfsvers=3,proto=tcp' }
const nfs: Mount = {
  point: '/volume',
  type: 'nfs',
  source,
  options: ['rw', 'relatime', 'rw', 'vers=3', 'rsize=1048576', 'hard', 'proto=tcp', 'timeo=600', 'sec=sys'],
}
const local: Mount = { point: '/volume', type: 'ext4', source: '/dev/sda1', options: ['rw', 'relatime'] }

test.each([
  ['as the values say', wanted, nfs, `${source} (nfs), rw, vers=3, hard, proto=tcp, timeo=600`],
  [
    'by a client in user space',
    wanted,
    { ...nfs, type: 'fuse.nfs', options: ['rw', 'user_id=0'] },
    `${source} (fuse.nfs), rw`,
  ],
  [
    'a slash more, a large letter',
    wanted,
    { ...nfs, source: 'NFS.bluecore.internal:/bluecore//dbserver/' },
    /^NFS/,
  ],
  ['of a StorageClass', volume, local, '/dev/sda1 (ext4), rw'],
  ['of a claim on another NAS', volume, { ...nfs, source: 'other:/pvc-1' }, /^other:\/pvc-1 \(nfs\)/],
])('%s: ok', (_, given, mount, text) => {
  expect(judgeMount(given, mount)).toEqual([
    { level: 'ok', check: 'mount', text: typeof text === 'string' ? text : expect.stringMatching(text) },
  ])
})

function problems(given: Volume, mount: Mount | undefined): string[] {
  const findings = judgeMount(given, mount)
  expect(new Set(findings.map(({ level }) => level))).toEqual(new Set(['FAIL']))
  return findings.map(({ text }) => text)
}

test('nothing is mounted', () => {
  expect(problems(wanted, { ...local, point: '/' })).toEqual([
    'nothing is mounted at /volume. Does the pod mount its volume there?',
  ])
  expect(problems(wanted, undefined)).toEqual(['no mount holds /volume'])
})

test('another file system, another folder', () => {
  expect(problems(wanted, local)).toEqual([
    `/volume is /dev/sda1 (ext4), but the values name NFS, ${source}. The claim is bound to another volume: ` +
      'see kubectl get pvc,pv. If it holds no data, delete it and let the chart create it again',
  ])
  expect(problems(wanted, { ...nfs, source: 'nfs.bluecore.internal:/bluecore/redis' })).toEqual([
    `nfs.bluecore.internal:/bluecore/redis is mounted at /volume, but the values name ${source}. ` +
      'See kubectl get pv; the source of a PersistentVolume cannot change: use it in the values, or delete and recreate the volume',
  ])
})

test('all problems are reported at once; soft is reported once, and without values too', () => {
  const options = ['ro', 'relatime', 'rw', 'vers=4.2', 'soft', 'proto=tcp']
  const soft =
    'it is mounted soft: writes are lost when the NAS is slow. Set the mount option hard, then delete the pod'
  const readOnly =
    'it is mounted read-only. Remove ro from the mount options; if it is not there, check its disk for errors'
  expect(problems(wanted, { ...nfs, type: 'nfs4', source: 'other:/', options })).toEqual([
    expect.stringMatching(/^other:\/ is mounted/),
    readOnly,
    soft,
    'it is mounted with vers=4.2 instead of vers=3. Compare mountOptions in kubectl get pv -o yaml with the values; ' +
      'changed options apply after the pod is deleted',
  ])
  expect(problems(volume, { ...nfs, options })).toEqual([readOnly, soft])
})
