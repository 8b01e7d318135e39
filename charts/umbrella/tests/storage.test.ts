import { describe, expect, test } from 'vitest'
import { houses, only, pods, render } from './render.js'

/** Claim of each chart and the folder of the NAS. */
const claims = {
  postgresql: 'dbserver',
  redis: 'redis',
  elasticsearch: 'elsearch',
  misskey: 'files',
} as const

describe.each(Object.entries(claims))('%s', (chart, claim) => {
  test('a volume on the NAS and its claim are bound to each other', async () => {
    const objects = await render()
    expect(only(objects, 'PersistentVolume', `home-${claim}`).spec).toMatchObject({
      accessModes: ['ReadWriteMany'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: '',
      mountOptions: ['hard', 'nfsvers=3', 'proto=tcp'],
      claimRef: { namespace: 'home', name: claim },
      nfs: { server: 'nfs.bluecore.internal', path: `/bluecore/${claim}` },
    })
    expect(only(objects, 'PersistentVolumeClaim', claim).spec).toMatchObject({
      accessModes: ['ReadWriteMany'],
      storageClassName: '',
      volumeName: `home-${claim}`,
    })
  })

  test('another NAS, for all or for one', async () => {
    const nfs = { server: '192.0.2.7', mountOptions: ['hard', 'nfsvers=4.1'] }
    const all = await render({ global: { nfs } })
    expect(only(all, 'PersistentVolume', `home-${claim}`).spec).toMatchObject({
      mountOptions: nfs.mountOptions,
      nfs: { server: '192.0.2.7' },
    })
    const one = await render({
      [chart]: { storage: { nfs: { server: 'other', path: '/v' }, mountOptions: ['hard'], size: '7Gi' } },
    })
    expect(only(one, 'PersistentVolume', `home-${claim}`).spec).toMatchObject({
      capacity: { storage: '7Gi' },
      mountOptions: ['hard'],
      nfs: { server: 'other', path: '/v' },
    })
  })

  test('a StorageClass: a claim and no volume', async () => {
    const objects = await render({ [chart]: { storage: { class: 'fast' } } })
    expect(objects.filter(({ metadata }) => metadata.name === `home-${claim}`)).toEqual([])
    const { spec } = only(objects, 'PersistentVolumeClaim', claim)
    expect(spec.storageClassName).toBe('fast')
    expect(spec.volumeName).toBeUndefined()
    expect(spec.accessModes).toEqual([claim === 'files' ? 'ReadWriteMany' : 'ReadWriteOnce'])
  })

  test('a claim of the user: nothing is made, and the pod mounts it', async () => {
    const objects = await render({ [chart]: { storage: { existingClaim: 'mine' } } })
    expect(objects.filter(({ kind }) => kind.startsWith('PersistentVolume'))).toHaveLength(6)
    const { spec } = only(objects, 'Deployment', claim === 'files' ? 'misskey' : claim).spec.template
    expect(spec.volumes).toContainEqual({
      name: claim === 'files' ? 'files' : 'data',
      persistentVolumeClaim: { claimName: 'mine' },
    })
  })
})

test.each(houses)('%s: what holds data stays when the release goes', async (_, values, options) => {
  for (const { kind, metadata } of await render(values, options)) {
    const kept = /^(PersistentVolume|Secret)/.test(kind) ? 'keep' : undefined
    expect(metadata.annotations?.['helm.sh/resource-policy'], `${kind}/${metadata.name}`).toBe(kept)
  }
})

test.each(houses)(
  '%s: every claim is checked before anything else of its pod starts',
  async (_, values, options) => {
    let claims = 0
    for (const [where, { spec }] of pods(await render(values, options))) {
      const volumes = (spec.volumes ?? []).filter(({ persistentVolumeClaim }) => persistentVolumeClaim)
      claims += volumes.length
      const checks = spec.initContainers?.flatMap(({ args, volumeMounts = [] }, index) =>
        args?.[0] === 'storage' ? volumeMounts.map(({ name }) => `${index} ${name}`) : [],
      )
      expect(checks ?? [], where).toEqual(volumes.map(({ name }, index) => `${index} ${name}`))
    }
    expect(claims).toBe(4)
  },
)
