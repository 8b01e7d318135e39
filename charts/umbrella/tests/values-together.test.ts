import { expect, test } from 'vitest'
import { type Helm, renderText, type Values } from '../testing/helm.js'

/** The errors that the templates report, each without its dash; none for valid values. */
async function errors(values: Values, helm: Helm): Promise<string[]> {
  const output: string = await renderText(values, { helm }).then(
    () => '',
    error => error.stderr,
  )
  if (output) expect(output).toContain('Invalid values:\n- ')
  return [...output.matchAll(/^- (.*)/gm)].map(([, error = '']) => error)
}

const nfs = (path: string, server = '') => ({ storage: { nfs: { server, path } } })
const mounted = (...mountOptions: string[]) => ({ storage: { mountOptions } })
const limited = (memory: string) => ({ resources: { requests: { memory: '16Mi' }, limits: { memory } } })

/** Values and the errors expected for them; none for valid values. */
const cases: [title: string, values: Values, expected: string[]][] = [
  [
    'two services share a folder, written in two ways',
    { postgresql: nfs('/bluecore/redis/') },
    [
      'redis.storage: nfs.bluecore.internal:/bluecore/redis is already used by postgresql; each service needs its own volume',
    ],
  ],
  [
    'a folder inside another one, in either order',
    {
      postgresql: nfs('/data'),
      redis: nfs('/data/redis'),
      elasticsearch: nfs('/data/redis/'),
      misskey: nfs('/'),
    },
    [
      'redis.storage: nfs.bluecore.internal:/data/redis is inside nfs.bluecore.internal:/data of postgresql; each service needs its own volume',
      'elasticsearch.storage: nfs.bluecore.internal:/data/redis is inside nfs.bluecore.internal:/data of postgresql; each service needs its own volume',
      'elasticsearch.storage: nfs.bluecore.internal:/data/redis is already used by redis; each service needs its own volume',
      'misskey.storage: nfs.bluecore.internal:/ contains nfs.bluecore.internal:/data/redis of elasticsearch; each service needs its own volume',
      'misskey.storage: nfs.bluecore.internal:/ contains nfs.bluecore.internal:/data of postgresql; each service needs its own volume',
      'misskey.storage: nfs.bluecore.internal:/ contains nfs.bluecore.internal:/data/redis of redis; each service needs its own volume',
    ],
  ],
  ['the same folder on two NAS', { redis: nfs('/bluecore/dbserver', 'other.example') }, []],
  ['folders whose names have the same prefix', { postgresql: nfs('/bluecore/red') }, []],
  [
    'two services share a claim, and one service has two kinds of volume',
    {
      redis: { storage: { existingClaim: 'mine' } },
      elasticsearch: { storage: { class: 'fast', existingClaim: 'other' } },
      misskey: { storage: { existingClaim: 'mine' } },
    },
    [
      'elasticsearch.storage: class and existingClaim are both set; keep one',
      'misskey.storage: the claim mine is already used by redis; each service needs its own volume',
    ],
  ],
  [
    'a StorageClass in addition to the default folder',
    { redis: { storage: { class: 'fast' } }, misskey: { storage: { class: 'fast' } } },
    [],
  ],
  [
    'soft mounts for all services: reported once',
    { global: { nfs: { mountOptions: ['hard', 'soft', 'softerr'] } } },
    [
      'global.nfs.mountOptions: soft loses writes when the NAS does not answer; use hard',
      'global.nfs.mountOptions: softerr loses writes when the NAS does not answer; use hard',
    ],
  ],
  [
    'soft mounts and mounts without hard, of single servers',
    { postgresql: mounted('softerr'), redis: mounted('nfsvers=3'), elasticsearch: mounted('hard', 'soft') },
    [
      'postgresql.storage.mountOptions: softerr loses writes when the NAS does not answer; use hard',
      'redis.storage.mountOptions: add hard; on a node that mounts soft by default, writes are lost when the NAS does not answer',
      'elasticsearch.storage.mountOptions: soft loses writes when the NAS does not answer; use hard',
    ],
  ],
  [
    'options of mounts that do not exist, or only of files',
    {
      global: { nfs: { mountOptions: ['soft'] } },
      postgresql: { storage: { class: 'fast' } },
      redis: { storage: { existingClaim: 'mine' } },
      elasticsearch: mounted('hard'),
    },
    [],
  ],
  [
    'requests above limits, in every kind of container',
    {
      global: { setup: { resources: { requests: { memory: '200Mi' } } } },
      misskey: { resources: { requests: { memory: '2Gi' }, limits: { memory: '2047Mi' } } },
      postgresql: { health: { resources: { requests: { memory: '1Gi' } } } },
    },
    [
      'postgresql.health.resources: requests.memory 1Gi is more than limits.memory 128Mi',
      'misskey.resources: requests.memory 2Gi is more than limits.memory 2047Mi',
      'global.setup.resources: requests.memory 200Mi is more than limits.memory 128Mi',
    ],
  ],
  [
    'memory limits that are too low',
    { redis: limited('31Mi'), elasticsearch: limited('511Mi') },
    [
      'redis.resources: limits.memory 31Mi is too low; half of it is for data, which needs at least 16 MiB',
      'elasticsearch.resources: limits.memory 511Mi is too low; half of it is the heap, which must be at least 256 MiB',
    ],
  ],
  [
    'an autoscaler with a maximum below replicas',
    { misskey: { replicas: 7, autoscaling: { enabled: true } } },
    ['misskey.autoscaling: maxReplicas 6 is less than misskey.replicas 7, the minimum'],
  ],
  [
    'a standby without a lease, and on a volume that only one node can mount',
    {
      global: { lease: { enabled: false } },
      redis: { replicas: 2 },
      elasticsearch: { replicas: 2, storage: { class: 'fast' } },
    },
    [
      'redis.replicas: 2 needs global.lease.enabled, as otherwise both would write to the volume',
      'elasticsearch.replicas: 2 needs global.lease.enabled, as otherwise both would write to the volume',
      'elasticsearch.replicas: 2 needs a volume that two nodes can mount, and the claim of elasticsearch.storage.class is ' +
        'ReadWriteOnce; use NFS, or existingClaim with a claim that is ReadWriteMany',
    ],
  ],
  [
    'a fence without its token, and without a lease',
    { global: { lease: { enabled: false, fence: { url: 'http://192.0.2.5:8044' } } } },
    [
      'global.lease.fence: url needs existingSecret, a Secret with the key token',
      'global.lease.fence: url needs global.lease.enabled, as only the lease knows whether a node is silent',
    ],
  ],
  ['the same, disabled', { misskey: { replicas: 7 } }, []],
  [
    'errors of all kinds in one message',
    {
      misskey: { ingress: { enabled: true }, replicas: 7, autoscaling: { enabled: true } },
      elasticsearch: { heap: 512, ...mounted('soft') },
      redis: { ...nfs('/bluecore/dbserver'), ...limited('16Mi') },
    },
    [
      'elasticsearch.heap was removed: the heap is half of elasticsearch.resources.limits.memory',
      'misskey.ingress: this chart has no Ingress; point your reverse proxy at misskey-sv:3000',
      'redis.storage: nfs.bluecore.internal:/bluecore/dbserver is already used by postgresql; each service needs its own volume',
      'elasticsearch.storage.mountOptions: soft loses writes when the NAS does not answer; use hard',
      'redis.resources: limits.memory 16Mi is too low; half of it is for data, which needs at least 16 MiB',
      'misskey.autoscaling: maxReplicas 6 is less than misskey.replicas 7, the minimum',
    ],
  ],
]

test.each(cases)('%s', async (_, values, expected) => {
  expect(await errors(values, 'helm')).toEqual(expected)
})

// The templates are the same; only the frame in which Helm prints a template's error differs.
test('Helm 3 reports the same errors', async () => {
  const [title, values, expected] = cases.at(-1) as (typeof cases)[number]
  expect(title).toContain('all kinds')
  expect(await errors(values, 'helm3')).toEqual(expected)
})
