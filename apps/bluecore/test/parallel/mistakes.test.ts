// A release with the mistakes that people make: what they see, and how it is fixed.
import { kube, namespace as labNamespace, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chart, type OwnRelease, onNas, ownRelease } from '../../testing/own-release.js'
import { waitForRelease } from '../../testing/pods.js'

const { core } = kube()
const namespace = 'mistakes'
const minutes = 60_000

let release: OwnRelease

const helm = (verb: 'install' | 'upgrade', ...settings: string[]) =>
  release.helm([
    verb,
    'bluecore',
    chart,
    ...release.values,
    ...settings.flatMap(setting => ['--set', setting]),
  ])

beforeAll(async () => {
  release = await ownRelease(namespace)
})
afterAll(() => release.remove())

/** Waits until a container of a Deployment or a Job has logged this. @returns the log */
async function logs(name: string, container: string, pattern: string | RegExp): Promise<string> {
  let last = ''
  const matching = async () => {
    const { items } = await core.listNamespacedPod({
      namespace,
      labelSelector: `app.kubernetes.io/name=${name}`,
    })
    for (const { metadata } of items) {
      for (const previous of [false, true]) {
        const args = { namespace, name: metadata?.name ?? '', container, previous }
        const text = await core.readNamespacedPodLog(args).catch(() => '')
        last = text || last
        if (new RegExp(pattern).test(text)) return text
      }
    }
    return undefined
  }
  return waitFor(matching, {
    what: `${name}/${container} logs ${pattern}`,
    timeoutMs: 3 * minutes,
    log: async () => last.split('\n'),
  })
}

/** Waits for an event of a Deployment's pods. @returns its message */
async function event(name: string, pattern: RegExp): Promise<string> {
  let seen: string[] = []
  const message = async () => {
    const { items } = await core.listNamespacedEvent({ namespace })
    const own = items.filter(({ involvedObject }) => involvedObject.name?.startsWith(`${name}-`))
    seen = own.map(({ reason, message }) => `${reason}: ${message}`)
    return own.find(({ reason, message }) => pattern.test(`${reason}: ${message}`))?.message
  }
  const what = `an event of ${name} says ${pattern}`
  return waitFor(message, { what, timeoutMs: 3 * minutes, log: async () => seen })
}

/** The volumes of the lab's release, which no mistake in another release may touch. */
async function labVolumes(): Promise<string[]> {
  const { items } = await core.listPersistentVolume()
  return items
    .filter(({ spec }) => spec?.claimRef?.namespace === labNamespace)
    .map(({ metadata, status }) => `${metadata?.name} ${status?.phase} ${metadata?.uid}`)
}

test('wrong owner on the NAS, an unreachable NAS and a missing image: each pod says what is wrong', async () => {
  const others = await labVolumes()
  await onNas('chown', '0:0', `${release.folder}/dbserver`)
  await helm(
    'install',
    // In the lab's own registry: before containerd reports that an image is missing in docker.io, it waits for minutes
    // for the answer of a name server.
    'redis.image.registry=registry.bluecore.internal',
    'redis.image.tag=none',
    'elasticsearch.storage.nfs.server=172.31.40.99',
  )

  const owner = await logs('dbserver', 'storage', `chown 999:999 ${release.folder}/dbserver`)
  console.log(`wrong owner: kubectl logs deploy/dbserver -c storage\n${owner}`)
  const image = await event('redis', /Failed: .*library\/redis:none/)
  console.log(`missing image: kubectl describe pod\n${image}`)
  const nas = await event('elsearch', /FailedMount/)
  console.log(`unreachable NAS: kubectl describe pod\n${nas}`)
  const waits = await logs('misskey', 'search-index', 'waiting for ')
  console.log(`meanwhile: kubectl logs deploy/misskey -c search-index\n${waits}`)
  expect(others.length).toBe(4)
  expect(await labVolumes()).toEqual(others)
})

test('another server for a volume is refused by Kubernetes; the volume and its claim have to be recreated', async () => {
  await expect(helm('upgrade')).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringMatching(/spec.persistentvolumesource.*immutable/i)]),
  })
  await release.kubectl(['delete', 'deployment/elsearch', 'pvc/elsearch', `pv/${namespace}-elsearch`])
})

test('once the mistakes are fixed, everything comes up by itself', async () => {
  await onNas('chown', '999:999', `${release.folder}/dbserver`)
  await helm('upgrade')
  await waitForRelease(namespace)
  await logs('dbserver', 'storage', `nfs.bluecore.internal:${release.folder}/dbserver`)
})

test('helm test does not make the first account of an empty Misskey, which would be its administrator', async () => {
  await expect(release.helm(['test', 'bluecore'])).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('failed')]),
  })
  console.log(await logs('bluecore-test', 'note', 'administrator'))
})

test('a Secret with other passwords than the database: the sidecar says so, and so does Misskey while it waits', async () => {
  await release.uninstall()
  const keys = ['postgres-password', 'misskey-password', 'health-password']
  const own = { namespace, name: 'own' }
  const body = {
    metadata: { name: own.name },
    stringData: Object.fromEntries(keys.map(key => [key, 'not-this-one'])),
  }
  await core.createNamespacedSecret({ namespace, body })
  await helm('install', `global.existingSecrets.dbserver=${own.name}`)
  const sidecar = await logs('dbserver', 'health', 'password authentication failed for user')
  console.log(`all passwords wrong: kubectl logs deploy/dbserver -c health\n${sidecar}`)

  const { data } = await core.readNamespacedSecret({ namespace, name: 'dbserver-auth' })
  const right = Buffer.from(data?.['health-password'] ?? '', 'base64').toString()
  body.stringData['health-password'] = right
  await core.replaceNamespacedSecret({ ...own, body })
  await release.kubectl(['delete', 'pod', '--wait=false', '--selector', 'app.kubernetes.io/name=dbserver'])
  const misskey = await logs('misskey', 'wait', 'password authentication failed for user "misskey"')
  console.log(`Misskey's is wrong: kubectl logs deploy/misskey -c wait\n${misskey}`)
  for (const text of [sidecar, misskey]) {
    expect(text).not.toContain('not-this-one')
    expect(text).not.toContain(right)
  }
})
