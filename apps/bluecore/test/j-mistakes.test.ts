// A second release in a namespace of its own, with the mistakes that people make: what they see, and how it is mended.
import { toolPath } from '@bluecore/kube-tools'
import { kube, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clearRoom, makeRoom, onNas, readyBeside, roomFor } from './beside.js'
import { inLab } from './cluster.js'

const { core } = kube()
const namespace = 'second'
const minutes = 60_000

const room = roomFor(namespace)

async function helm(verb: 'install' | 'upgrade', ...settings: string[]): Promise<string> {
  const sets = [...room.settings, ...settings].flatMap(setting => ['--set', setting])
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

beforeAll(() => makeRoom(room))
afterAll(() => clearRoom(room))

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

const volumes = async () =>
  (await core.listPersistentVolume()).items.map(
    ({ metadata, status }) => `${metadata?.name} ${status?.phase} ${metadata?.uid}`,
  )

test('wrong owner on the NAS, an unreachable NAS and a missing image: each pod says what is wrong', async () => {
  const others = await volumes()
  await onNas('chown', '0:0', `${room.folder}/dbserver`)
  await helm('install', 'redis.image.tag=none', 'elasticsearch.storage.nfs.server=172.31.40.99')

  const owner = await says('dbserver', 'storage', `chown 999:999 ${room.folder}/dbserver`)
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
  await onNas('chown', '999:999', `${room.folder}/dbserver`)
  await helm('upgrade')
  await readyBeside(namespace)
  await says('dbserver', 'storage', `nfs.bluecore.internal:${room.folder}/dbserver`)
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
