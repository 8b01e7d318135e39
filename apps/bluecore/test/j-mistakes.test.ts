// A second release in a namespace of its own, with the mistakes that people make: what they see, and how it is mended.
import { toolPath } from '@bluecore/kube-tools'
import { containerName, kube, podReady, run, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inLab } from './cluster.js'

const { core, apps } = kube()
const namespace = 'second'
const minutes = 60_000

/** Folders of the second release on the NAS and who uses them. */
const folders = { dbserver: 999, redis: 999, elsearch: 1000, files: 991 }

const onNas = (...command: string[]) => run('docker', ['exec', containerName('nas'), ...command])

/** Settings of a release that shares the cluster and the NAS with another, as `--set` takes them. */
const own = [
  'misskey.url=https://second.bluecore.internal/',
  'misskey.replicas=1',
  'misskey.storage.nfs.path=/bluecore/second/files',
  'postgresql.storage.nfs.path=/bluecore/second/dbserver',
  'redis.storage.nfs.path=/bluecore/second/redis',
  'elasticsearch.storage.nfs.path=/bluecore/second/elsearch',
]

async function helm(verb: 'install' | 'upgrade', ...settings: string[]): Promise<string> {
  const sets = [...own, ...settings].flatMap(setting => ['--set', setting])
  return inLab(await toolPath('helm'), [
    '--namespace',
    namespace,
    verb,
    'bluecore',
    'charts/umbrella',
    ...sets,
  ])
}

const kubectl = async (...args: string[]) =>
  inLab(await toolPath('kubectl'), ['--namespace', namespace, ...args])

beforeAll(async () => {
  await core.createNamespace({
    body: { metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
  })
  for (const [name, uid] of Object.entries(folders))
    await onNas(
      'install',
      '-d',
      '-m',
      '0700',
      '-o',
      String(uid),
      '-g',
      String(uid),
      `/bluecore/second/${name}`,
    )
})

afterAll(async () => {
  await kubectl('delete', 'namespace', namespace, '--timeout', '3m')
  const { items } = await core.listPersistentVolume()
  for (const { metadata, spec } of items)
    if (spec?.claimRef?.namespace === namespace)
      await core.deletePersistentVolume({ name: metadata?.name ?? '' })
  await onNas('rm', '-rf', '/bluecore/second')
})

/** Waits until a container's log says this. @returns the log */
async function says(name: string, container: string, text: string | RegExp): Promise<string> {
  const log = async () => {
    const { items } = await core.listNamespacedPod({
      namespace,
      labelSelector: `app.kubernetes.io/name=${name}`,
    })
    for (const { metadata } of items) {
      for (const previous of [false, true]) {
        const args = { namespace, name: metadata?.name ?? '', container, previous }
        const said = await core.readNamespacedPodLog(args).catch(() => '')
        if (new RegExp(text).test(said)) return said
      }
    }
    return undefined
  }
  return waitFor(log, { what: `${name}/${container} says ${text}`, timeoutMs: 3 * minutes })
}

/** Waits until the events of a Deployment's pods say this. @returns the message */
async function event(name: string, text: RegExp): Promise<string> {
  const message = async () =>
    (await core.listNamespacedEvent({ namespace })).items.find(
      ({ involvedObject, message, reason }) =>
        involvedObject.name?.startsWith(`${name}-`) && text.test(`${reason}: ${message}`),
    )?.message
  return waitFor(message, { what: `an event of ${name} says ${text}`, timeoutMs: 4 * minutes })
}

async function allReady(): Promise<void> {
  await waitFor(
    async () => {
      const { items } = await apps.listNamespacedDeployment({ namespace })
      const pods = (await core.listNamespacedPod({ namespace })).items.filter(
        ({ metadata }) => metadata?.ownerReferences?.[0]?.kind === 'ReplicaSet',
      )
      return pods.length === items.length && pods.every(podReady)
    },
    { what: 'all pods of the second release are Ready', timeoutMs: 8 * minutes },
  )
}

const volumes = async () =>
  (await core.listPersistentVolume()).items.map(
    ({ metadata, status }) => `${metadata?.name} ${status?.phase} ${metadata?.uid}`,
  )

test('wrong owner on the NAS, an unreachable NAS and a missing image: each pod says what is wrong', async () => {
  const others = await volumes()
  await onNas('chown', '0:0', '/bluecore/second/dbserver')
  await helm('install', 'redis.image.tag=none', 'elasticsearch.storage.nfs.server=172.31.40.99')

  const owner = await says('dbserver', 'storage', 'chown 999:999 /bluecore/second/dbserver')
  console.log(`wrong owner: kubectl logs deploy/dbserver -c storage\n${owner}`)
  const image = await event('redis', /Failed: .*library\/redis:none/)
  console.log(`missing image: kubectl describe pod\n${image}`)
  const nas = await event('elsearch', /FailedMount/)
  console.log(`unreachable NAS: kubectl describe pod\n${nas}`)
  const waits = await says('misskey', 'search-index', 'waiting for ')
  console.log(`meanwhile: kubectl logs deploy/misskey -c search-index\n${waits}`)
  expect(await volumes()).toEqual(expect.arrayContaining(others))
})

test('another server of a volume is refused by Kubernetes; the volume and its claim have to be made anew', async () => {
  await expect(helm('upgrade')).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringMatching(/spec.persistentvolumesource.*immutable/i)]),
  })
  await kubectl('delete', 'deployment/elsearch', 'pvc/elsearch', 'pv/second-elsearch')
})

test('mended, everything comes up by itself', async () => {
  await onNas('chown', '999:999', '/bluecore/second/dbserver')
  await helm('upgrade')
  await allReady()
  await says('dbserver', 'storage', 'nfs.bluecore.internal:/bluecore/second/dbserver')
})

test('helm test does not make the first account of an empty Misskey: that would be its administrator', async () => {
  const tested = inLab(await toolPath('helm'), ['--namespace', namespace, 'test', 'bluecore'])
  await expect(tested).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('failed')]),
  })
  console.log(await says('bluecore-test', 'note', 'administrator'))
})

test('a Secret with another password than the database has: Misskey says so while it waits', async () => {
  await inLab(await toolPath('helm'), ['--namespace', namespace, 'uninstall', 'bluecore', '--wait'])
  const keys = ['postgres-password', 'misskey-password', 'health-password']
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'mine' }, stringData: Object.fromEntries(keys.map(key => [key, 'another'])) },
  })
  await helm('install', 'global.existingSecrets.dbserver=mine')
  const said = await says('misskey', 'wait', 'password authentication failed for user "misskey"')
  console.log(`wrong password: kubectl logs deploy/misskey -c wait\n${said}`)
  expect(said).not.toContain('another')
})
