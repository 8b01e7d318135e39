import { describe, expect, test } from 'vitest'
import { type Helm, helms, renderText, type Values } from './render.js'

/** The mistakes that the templates tell, each without its dash; of values that fit together none. */
async function mistakes(values: Values, helm: Helm): Promise<string[]> {
  const said: string = await renderText(values, { helm }).then(
    () => '',
    error => error.stderr,
  )
  if (said) expect(said).toContain('These values do not fit together:\n- ')
  return [...said.matchAll(/^- (.*)/gm)].map(([, mistake = '']) => mistake)
}

const nfs = (path: string, server = '') => ({ storage: { nfs: { server, path } } })
const mounted = (...mountOptions: string[]) => ({ storage: { mountOptions } })
const limited = (memory: string) => ({ resources: { requests: { memory: '16Mi' }, limits: { memory } } })

/** What must be told of values, one kind of mistake at a time; where nothing must, the values are right. */
const cases: [title: string, values: Values, told: string[]][] = [
  [
    'one folder for two, written in two ways',
    { postgresql: nfs('/bluecore/redis/') },
    [
      "redis.storage: nfs.bluecore.internal:/bluecore/redis is postgresql's already; each service needs a volume of its own",
    ],
  ],
  [
    'one folder within another, in either order',
    {
      postgresql: nfs('/data'),
      redis: nfs('/data/redis'),
      elasticsearch: nfs('/data/redis/'),
      misskey: nfs('/'),
    },
    [
      "redis.storage: nfs.bluecore.internal:/data/redis lies within postgresql's nfs.bluecore.internal:/data; each service needs a volume of its own",
      "elasticsearch.storage: nfs.bluecore.internal:/data/redis lies within postgresql's nfs.bluecore.internal:/data; each service needs a volume of its own",
      "elasticsearch.storage: nfs.bluecore.internal:/data/redis is redis's already; each service needs a volume of its own",
      "misskey.storage: elasticsearch's nfs.bluecore.internal:/data/redis lies within nfs.bluecore.internal:/; each service needs a volume of its own",
      "misskey.storage: postgresql's nfs.bluecore.internal:/data lies within nfs.bluecore.internal:/; each service needs a volume of its own",
      "misskey.storage: redis's nfs.bluecore.internal:/data/redis lies within nfs.bluecore.internal:/; each service needs a volume of its own",
    ],
  ],
  ['the same folder of two servers', { redis: nfs('/bluecore/dbserver', 'other.example') }, []],
  ['names that only begin alike', { postgresql: nfs('/bluecore/red') }, []],
  [
    'one claim for two, and two kinds of volume for one',
    {
      redis: { storage: { existingClaim: 'mine' } },
      elasticsearch: { storage: { class: 'fast', existingClaim: 'other' } },
      misskey: { storage: { existingClaim: 'mine' } },
    },
    [
      'elasticsearch.storage: class and existingClaim are both set; keep one',
      "misskey.storage: the claim mine is redis's already; each service needs a volume of its own",
    ],
  ],
  [
    'a StorageClass beside the folder that is the default',
    { redis: { storage: { class: 'fast' } }, misskey: { storage: { class: 'fast' } } },
    [],
  ],
  [
    'soft mounts, for all: told once',
    { global: { nfs: { mountOptions: ['hard', 'soft', 'softerr'] } } },
    [
      'global.nfs.mountOptions: soft would lose writes that the NAS did not take; use hard',
      'global.nfs.mountOptions: softerr would lose writes that the NAS did not take; use hard',
    ],
  ],
  [
    'soft mounts and such as might become soft, of single servers',
    { postgresql: mounted('softerr'), redis: mounted('nfsvers=3'), elasticsearch: mounted('hard', 'soft') },
    [
      'postgresql.storage.mountOptions: softerr would lose writes that the NAS did not take; use hard',
      'redis.storage.mountOptions: hard is missing; a node whose own default is soft would lose writes that the NAS did not take',
      'elasticsearch.storage.mountOptions: soft would lose writes that the NAS did not take; use hard',
    ],
  ],
  [
    'options of mounts that are not made, or only for files',
    {
      global: { nfs: { mountOptions: ['soft'] } },
      postgresql: { storage: { class: 'fast' } },
      redis: { storage: { existingClaim: 'mine' } },
      elasticsearch: mounted('hard'),
    },
    [],
  ],
  [
    'requests above limits, of every kind of container',
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
    'memory of which half is too little',
    { redis: limited('31Mi'), elasticsearch: limited('511Mi') },
    [
      'redis.resources: limits.memory 31Mi is too little; half of it is for data, and 16 MiB of data are the least that help',
      'elasticsearch.resources: limits.memory 511Mi is too little; half of it is the heap, and 256 MiB of heap are the least it runs with',
    ],
  ],
  [
    'an autoscaler that could not even keep the replicas',
    { misskey: { replicas: 7, autoscaling: { enabled: true } } },
    ['misskey.autoscaling: maxReplicas 6 is less than misskey.replicas 7, of which there are always as many'],
  ],
  ['the same, switched off', { misskey: { replicas: 7 } }, []],
  [
    'mistakes of all kinds together',
    {
      misskey: { ingress: { enabled: true }, replicas: 7, autoscaling: { enabled: true } },
      elasticsearch: { heap: 512, ...mounted('soft') },
      redis: { ...nfs('/bluecore/dbserver'), ...limited('16Mi') },
    },
    [
      'elasticsearch.heap is gone: the heap is half of elasticsearch.resources.limits.memory',
      'misskey.ingress: this chart makes none; the proxy of the house reaches misskey-sv:3000',
      "redis.storage: nfs.bluecore.internal:/bluecore/dbserver is postgresql's already; each service needs a volume of its own",
      'elasticsearch.storage.mountOptions: soft would lose writes that the NAS did not take; use hard',
      'redis.resources: limits.memory 16Mi is too little; half of it is for data, and 16 MiB of data are the least that help',
      'misskey.autoscaling: maxReplicas 6 is less than misskey.replicas 7, of which there are always as many',
    ],
  ],
]

describe.each(helms)('%s', helm => {
  test.each(cases)('%s', async (_, values, told) => {
    expect(await mistakes(values, helm)).toEqual(told)
  })
})
