// k3s's own Helm controller installs Bluecore, and what fails leaves it as it is. The controller is the real one; the
// image of its Jobs is a stand-in: packages/hosts/README.md.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildJobImage,
  hostsPath,
  type Manifest,
  manifestOf,
  type RunningController,
  runHelmController,
} from '@bluecore/hosts'
import { pushImages } from '@bluecore/images'
import { toolPath } from '@bluecore/kube-tools'
import { ask, kube, kubeconfigPath, namespace, pushTarget, run, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureRelease } from '../src/release.js'
import { core, inLab, noteToFind, podsOf, servers, waitForAll } from './cluster.js'

const system = 'kube-system'
const [bluecore, house] = [
  manifestOf('k3s/bluecore.yaml', 'HelmChart'),
  manifestOf('k3s/bluecore.yaml', 'Namespace'),
]
const { batch } = kube()
const [helm, kubectl] = await Promise.all([toolPath('helm'), toolPath('kubectl')])

let controller: RunningController | undefined
let chartContent = ''
let stillFound: () => Promise<void>

/** The chart as `helm package` makes it, in base64. */
async function packedChart(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-k3s-'))
  try {
    await inLab(helm, ['package', 'charts/umbrella', '--destination', folder])
    return readFileSync(join(folder, readdirSync(folder)[0] ?? '')).toString('base64')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** As `inLab`, for questions whose "no" is an answer. */
const askLab = (file: string, args: readonly string[]) =>
  ask(file, args, { env: { KUBECONFIG: kubeconfigPath() } })

async function apply(...manifests: Manifest[]): Promise<void> {
  const options = ['--server-side', '--force-conflicts', '--validate=strict', '--filename', '-']
  const input = manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n')
  await run(kubectl, ['apply', ...options], { input, env: { KUBECONFIG: kubeconfigPath() } })
}

/** The Job that the controller has made last. */
async function job() {
  const { items } = await batch.listNamespacedJob({
    namespace: system,
    fieldSelector: 'metadata.name=helm-install-bluecore',
  })
  return items[0]
}

/**
 * What the pods of a Job hold of their last two tries. Pods go when their Job fails, and a try that has just begun has
 * printed little: who wants all of it asks again and again, and keeps what it heard.
 */
async function printed(jobUid: string): Promise<string[]> {
  const labelSelector = `batch.kubernetes.io/controller-uid=${jobUid}`
  const { items } = await core.listNamespacedPod({ namespace: system, labelSelector })
  const logs = items.flatMap(({ metadata }) =>
    [false, true].map(previous =>
      core.readNamespacedPodLog({ namespace: system, name: metadata?.name ?? '', previous }).catch(() => ''),
    ),
  )
  return Promise.all(logs)
}

/**
 * Writes the HelmChart as a user would, the chart in it, and waits until a new Job has ended and the HelmChart says how.
 * @param changes of its spec
 * @returns what the Job printed, of all its tries
 */
async function write(failed: 'True' | 'False', changes: object = {}): Promise<string> {
  const { chart, ...spec } = bluecore.spec
  const before = (await job())?.metadata?.uid
  await apply({ ...bluecore, spec: { ...spec, chartContent, ...changes } })
  const heard = new Set<string>()
  const text = () => [...heard].join('\n')
  await waitFor(
    async () => {
      const now = await job()
      if (!now?.metadata?.uid || now.metadata.uid === before) return false
      for (const log of await printed(now.metadata.uid)) heard.add(log)
      const ended = now.status?.conditions?.some(
        ({ type, status }) => type === (failed === 'True' ? 'Failed' : 'Complete') && status === 'True',
      )
      return ended && (await says('Failed')) === failed
    },
    {
      what: `the HelmChart says Failed=${failed} of a new Job`,
      timeoutMs: 300_000,
      log: async () => [...text().split('\n').slice(-10), ...(controller?.log().slice(-5) ?? [])],
    },
  )
  return text()
}

/** What a condition of the HelmChart says. */
async function says(type: string): Promise<string | undefined> {
  const text = await inLab(kubectl, [
    'get',
    'helmchart',
    'bluecore',
    '--namespace',
    system,
    '--output',
    'json',
  ])
  const conditions: { type: string; status: string }[] = JSON.parse(text).status?.conditions ?? []
  return conditions.find(condition => condition.type === type)?.status
}

/** State and revision of the release, as helm knows them. */
async function release(): Promise<{ status: string; version: number }> {
  const { info, version } = JSON.parse(await inLab(helm, ['status', 'bluecore', '--output', 'json']))
  return { status: info.status, version }
}

/** All pods that serve, by name. */
async function serving(): Promise<(string | undefined)[]> {
  const pods = await Promise.all([...servers.map(({ name }) => name), 'misskey'].map(podsOf))
  return pods.flat().map(pod => pod.metadata?.name)
}

/** What must outlive everything: the same claims and Secrets, not others of their names. */
async function kept(): Promise<string[]> {
  const [claims, secrets] = await Promise.all([
    core.listNamespacedPersistentVolumeClaim({ namespace }),
    core.listNamespacedSecret({ namespace, fieldSelector: 'type=Opaque' }),
  ])
  return [...claims.items, ...secrets.items]
    .map(({ metadata }) => `${metadata?.name} ${metadata?.uid}`)
    .sort()
}

async function podsGone(): Promise<void> {
  const left = async () => {
    const { items } = await core.listNamespacedPod({ namespace })
    return items.filter(({ status }) => status?.phase !== 'Succeeded') // helm leaves the pod of `helm test`
  }
  await waitFor(async () => (await left()).length === 0, {
    what: 'all pods are gone',
    timeoutMs: 180_000,
  })
}

beforeAll(async () => {
  await waitForAll()
  chartContent = await packedChart()
  const image = await buildJobImage()
  await pushImages({ images: [image] }, pushTarget())
  controller = await runHelmController({
    kubeconfig: kubeconfigPath(),
    jobImage: `registry.bluecore.internal/${image.tags[0]}`,
  })
  await waitFor(() => askLab(kubectl, ['get', 'crd', 'helmcharts.helm.cattle.io']), {
    what: 'the controller has made its CRDs',
    timeoutMs: 60_000,
    log: async () => controller?.log() ?? [],
  })
})

afterAll(async () => {
  await controller?.stop()
  const inSystem = ['--namespace', system]
  const forget = JSON.stringify({ metadata: { finalizers: null } }) // its controller is gone: nothing else would
  await askLab(kubectl, ['patch', 'helmchart', 'bluecore', ...inSystem, '--type', 'merge', '--patch', forget])
  const crds = ['crd/helmcharts.helm.cattle.io', 'crd/helmchartconfigs.helm.cattle.io']
  const made = ['job/helm-install-bluecore', 'job/helm-delete-bluecore', 'serviceaccount/helm-bluecore']
  const more = [
    'secret/chart-values-bluecore',
    'configmap/chart-content-bluecore',
    'lease/helm-controller-lock',
  ]
  const binding = 'clusterrolebinding/helm-kube-system-bluecore'
  await inLab(kubectl, ['delete', ...crds, ...made, ...more, binding, ...inSystem, '--ignore-not-found'])
  await ensureRelease({ line: () => {}, done: () => {} }) // the lab gets its release back, whatever failed
  await waitForAll()
})

test('a manifest beside k3s installs it, and it finds every note of the release before', async () => {
  stillFound = await noteToFind()
  const before = await kept()
  await inLab(helm, ['uninstall', 'bluecore'])
  await podsGone()

  await apply(house)
  await write('False')
  await waitForAll()
  expect(await release()).toEqual({ status: 'deployed', version: 1 })
  expect(await kept()).toEqual(before)
  await stillFound()
})

test('a value that the chart refuses changes nothing, and the HelmChart says so', async () => {
  const before = { pods: await serving(), release: await release() }
  const said = await write('True', { valuesContent: 'miskey: {}\n' })
  expect(said).toContain("additional properties 'miskey' not allowed")
  expect({ pods: await serving(), release: await release() }).toEqual(before)
  await stillFound()

  await write('False')
  expect((await release()).status).toBe('deployed')
  expect(await serving()).toEqual(before.pods)
})

test('an image that is not there leaves all pods and data, until someone has looked at it', async () => {
  const before = { pods: await serving(), kept: await kept() }
  const unchanged = async () => {
    expect({ pods: await serving(), kept: await kept() }).toEqual(before)
    await stillFound()
  }
  const valuesContent = 'global:\n  setup:\n    image: { tag: not-there }\n'
  await write('True', { valuesContent, timeout: '30s' })
  expect((await release()).status).toBe('failed')
  await unchanged()

  expect(await write('True')).toContain('waiting for the operator') // the mended file alone is not enough
  await unchanged()

  await inLab(kubectl, ['delete', 'job', '--selector', 'app.kubernetes.io/name=misskey-migrations'])
  await inLab(helm, ['rollback', 'bluecore'])
  await write('False', { timeout: '9m' }) // a spec that has failed is tried again only when it changes
  expect((await release()).status).toBe('deployed')
  await unchanged()
})

test('deleting the HelmChart uninstalls the release and keeps its data', async () => {
  const before = await kept()
  await inLab(kubectl, ['delete', 'helmchart', 'bluecore', '--namespace', system, '--timeout', '180s'])
  await podsGone()
  expect(await askLab(helm, ['status', 'bluecore'])).toBeUndefined()
  expect(await kept()).toEqual(before)

  await ensureRelease({ line: () => {}, done: () => {} })
  await waitForAll()
  await stillFound()
})

test.each(['coredns-two.yaml', 'coredns-house.yaml'])('the API server takes %s', async name => {
  const file = hostsPath('k3s', name)
  await inLab(kubectl, ['apply', '--dry-run=server', '--validate=strict', '--filename', file])
})
