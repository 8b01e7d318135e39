import { expect, test } from 'vitest'
import type { KubeObject } from './objects.js'
import { only, render } from './render.js'

const named = (objects: KubeObject[]) =>
  objects.filter(({ metadata }) => metadata.name === 'bluecore-secrets')

test('secrets are made before anything else of an installation or an upgrade, with the smallest Role', async () => {
  const objects = await render()
  expect(named(objects).map(({ kind }) => kind)).toEqual([
    'NetworkPolicy',
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'Job',
  ])
  for (const { metadata } of named(objects)) {
    expect(metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    })
  }
  expect(only(objects, 'Role', 'bluecore-secrets').rules).toEqual([
    { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
    {
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get'],
      resourceNames: ['dbserver-auth', 'redis-auth'],
    },
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'], resourceNames: ['dbserver'] },
  ])
})

test('the account, its rights and its way to the API server are there before the Job', async () => {
  const weights = named(await render()).map(({ metadata }) =>
    Number(metadata.annotations?.['helm.sh/hook-weight']),
  )
  expect(weights).toEqual([-3, -3, -2, -2, -1])
})

test.each([
  [
    'both are made, and refused beside data',
    {},
    ['dbserver-auth=postgres-password,misskey-password,health-password@dbserver', 'redis-auth=password'],
  ],
  [
    "the database's is brought",
    { global: { existingSecrets: { dbserver: 'mine' } } },
    ['redis-auth=password'],
  ],
  [
    "Redis' is brought",
    { global: { existingSecrets: { redis: 'mine' } } },
    ['dbserver-auth=postgres-password,misskey-password,health-password@dbserver'],
  ],
  [
    'a claim of the user may be new and empty',
    { postgresql: { storage: { existingClaim: 'mine' } } },
    ['dbserver-auth=postgres-password,misskey-password,health-password', 'redis-auth=password'],
  ],
])('%s', async (_, values, wanted) => {
  const { spec } = only(await render(values), 'Job', 'bluecore-secrets')
  expect(spec.template.spec.containers[0].args).toEqual(['secrets', ...wanted])
})

test('Secrets of the user: nothing is made, and the pods read them', async () => {
  const objects = await render({ global: { existingSecrets: { dbserver: 'my-db', redis: 'my-redis' } } })
  expect(named(objects)).toEqual([])
  const text = JSON.stringify(objects)
  expect(text).not.toMatch(/dbserver-auth|redis-auth/)
  expect(text.match(/"my-db"/g)).toHaveLength(4) // server, sidecar, Misskey, migrations
  expect(text.match(/"my-redis"/g)).toHaveLength(3) // server, Misskey, migrations
})

test('the sidecar of PostgreSQL sees its own password only', async () => {
  const { spec } = only(await render(), 'Deployment', 'dbserver').spec.template
  const health = spec.initContainers.find(({ name }: { name: string }) => name === 'health')
  const readOnly = health.volumeMounts.filter((mount: { readOnly?: boolean }) => mount.readOnly)
  expect(readOnly).toEqual([{ name: 'health-secrets', mountPath: '/secrets', readOnly: true }])
  const volume = spec.volumes.find(({ name }: { name: string }) => name === 'health-secrets')
  expect(volume.secret.items).toEqual([{ key: 'health-password', path: 'health-password' }])
})
