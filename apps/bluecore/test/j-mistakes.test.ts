// A second release in a namespace of its own, with the mistakes that people make: what they see, and how it is mended.
import { randomUUID } from 'node:crypto'
import { toolPath } from '@bluecore/kube-tools'
import { containerName, kube, podReady, run, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inLab } from './cluster.js'

const { core, apps } = kube()
const namespace = 'second'
const minutes = 60_000

/** Of its own for each run: an NFS server may still know a folder of this name that was removed. */
const folder = `/bluecore/second-${randomUUID()}`

/** Folders of the second release on the NAS and who uses them. */
const folders = { dbserver: 999, redis: 999, elsearch: 1000, files: 991 }

const onNas = (...command: string[]) => run('docker', ['exec', containerName('nas'), ...command])

/** Settings of a release that shares the cluster and the NAS with another, as `--set` takes them. */
const own = [
  'misskey.url=https://second.bluecore.internal/',
  'misskey.replicas=1',
  `misskey.storage.nfs.path=${folder}/files`,
  `postgresql.storage.nfs.path=${folder}/dbserver`,
  `redis.storage.nfs.path=${folder}/redis`,
  `elasticsearch.storage.nfs.path=${folder}/elsearch`,
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
    await onNas('install', '-d', '-m', '0700', '-o', String(uid), '-g', String(uid), `${folder}/${name}`)
})

afterAll(async () => {
  await kubectl('delete', 'namespace', namespace, '--timeout', '3m')
  const { items } = await core.listPersistentVolume()
  for (const { metadata, spec } of items)
    if (spec?.claimRef?.namespace === namespace)
      await core.deletePersistentVolume({ name: metadata?.name ?? '' })
  await onNas('rm', '-rf', folder)
})

/** Waits until a container's log says this. @returns the log */
async function says(name: string, container: string, text: string | RegExp): Promise<string> {
  let last = ''
  const log = async () => {
    const { items } = await core.listNamespacedPod({
      namespace,
      labelSelector: `app.kubernetes.io/name=${name}`,
    })
    for (const { metadata } of items) {
      for (const previous of [false, true]) {
        const args = { namespace, name: metadata?.name ?? '', container, previous }
        const said = await core.readNamespacedPodLog(args).catch(() => '')
        last = said || last
        if (new RegExp(text).test(said)) return said
      }
    }
    return undefined
  }
  return waitFor(log, {
    what: `${name}/${container} says ${text}`,
    timeoutMs: 3 * minutes,
    log: async () => last.split('\n'),
  })
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
  await onNas('chown', '0:0', `${folder}/dbserver`)
  await helm('install', 'redis.image.tag=none', 'elasticsearch.storage.nfs.server=172.31.40.99')

  const owner = await says('dbserver', 'storage', `chown 999:999 ${folder}/dbserver`)
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
  await onNas('chown', '999:999', `${folder}/dbserver`)
  await helm('upgrade')
  await allReady()
  await says('dbserver', 'storage', `nfs.bluecore.internal:${folder}/dbserver`)
})

test('helm test does not make the first account of an empty Misskey: that would be its administrator', async () => {
  const tested = inLab(await toolPath('helm'), ['--namespace', namespace, 'test', 'bluecore'])
  await expect(tested).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('failed')]),
  })
  console.log(await says('bluecore-test', 'note', 'administrator'))
})

test('a Secret with other passwords than the database has: its sidecar says so, and Misskey while it waits', async () => {
  await inLab(await toolPath('helm'), ['--namespace', namespace, 'uninstall', 'bluecore', '--wait'])
  const keys = ['postgres-password', 'misskey-password', 'health-password']
  const mine = { namespace, name: 'mine' }
  const body = {
    metadata: { name: mine.name },
    stringData: Object.fromEntries(keys.map(key => [key, 'not-this-one'])),
  }
  await core.createNamespacedSecret({ namespace, body })
  await helm('install', 'global.existingSecrets.dbserver=mine')
  const sidecar = await says('dbserver', 'health', 'password authentication failed for user')
  console.log(`all passwords wrong: kubectl logs deploy/dbserver -c health\n${sidecar}`)

  const { data } = await core.readNamespacedSecret({ namespace, name: 'dbserver-auth' })
  const right = Buffer.from(data?.['health-password'] ?? '', 'base64').toString()
  body.stringData['health-password'] = right
  await core.replaceNamespacedSecret({ ...mine, body })
  await kubectl('delete', 'pod', '--selector', 'app.kubernetes.io/name=dbserver')
  const misskey = await says('misskey', 'wait', 'password authentication failed for user "misskey"')
  console.log(`Misskey's is wrong: kubectl logs deploy/misskey -c wait\n${misskey}`)
  for (const text of [sidecar, misskey]) {
    expect(text).not.toContain('not-this-one')
    expect(text).not.toContain(right)
  }
})
