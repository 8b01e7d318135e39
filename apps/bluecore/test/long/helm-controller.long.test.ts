// k3s's own Helm controller installs Bluecore, and a change that fails leaves it as it is. The controller is the real one;
// the image of its Jobs is a stand-in: packages/hosts/README.md.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  buildJobImage,
  type Manifest,
  manifestOf,
  type RunningController,
  runHelmController,
} from '@bluecore/hosts'
import { pushImages } from '@bluecore/images'
import { kube, kubeconfigPath, namespace, pushTarget, waitFor } from '@bluecore/lab'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { helm, kubectl } from '../../src/commands.js'
import { ensureRelease } from '../../src/release.js'
import { keptObjects } from '../../testing/kept.js'
import { noteToFind } from '../../testing/notes.js'
import { chart } from '../../testing/own-release.js'
import { deployments, podsOf, waitForNoPods, waitForRelease } from '../../testing/pods.js'

const system = 'kube-system'
const [helmChart, installNamespace] = [
  manifestOf('k3s/bluecore.yaml', 'HelmChart'),
  manifestOf('k3s/bluecore.yaml', 'Namespace'),
]
const { batch, core } = kube()

let controller: RunningController | undefined
let chartContent = ''
let stillFound: () => Promise<void>

/** The chart as `helm package` makes it, in base64. */
async function packedChart(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-k3s-'))
  try {
    await helm(['package', chart, '--destination', folder])
    return readFileSync(join(folder, readdirSync(folder)[0] ?? '')).toString('base64')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function apply(...manifests: Manifest[]): Promise<void> {
  const options = ['--server-side', '--force-conflicts', '--validate=strict', '--filename', '-']
  const input = manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n')
  await kubectl(['apply', ...options], { input })
}

/** The Job that the controller made last. */
async function job() {
  const { items } = await batch.listNamespacedJob({
    namespace: system,
    fieldSelector: 'metadata.name=helm-install-bluecore',
  })
  return items[0]
}

/**
 * Logs of the last two tries of a Job's pods. Pods are removed when their Job fails, and a try that has just begun has
 * logged little: all of it is seen only by asking repeatedly and keeping every answer.
 */
async function logsOf(jobUid: string): Promise<string[]> {
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
 * Writes the HelmChart as a user would, with the chart in it, and waits until a new Job has ended and the HelmChart
 * reports the result.
 * @param changes to its spec
 * @returns the logs of all tries of the Job
 */
async function write(failed: 'True' | 'False', changes: object = {}): Promise<string> {
  const { chart, ...spec } = helmChart.spec
  const before = (await job())?.metadata?.uid
  await apply({ ...helmChart, spec: { ...spec, chartContent, ...changes } })
  const seen = new Set<string>()
  const text = () => [...seen].join('\n')
  await waitFor(
    async () => {
      const now = await job()
      if (!now?.metadata?.uid || now.metadata.uid === before) return false
      for (const log of await logsOf(now.metadata.uid)) seen.add(log)
      const ended = now.status?.conditions?.some(
        ({ type, status }) => type === (failed === 'True' ? 'Failed' : 'Complete') && status === 'True',
      )
      return ended && (await condition('Failed')) === failed
    },
    {
      what: `the HelmChart says Failed=${failed} of a new Job`,
      timeoutMs: 300_000,
      log: async () => [...text().split('\n').slice(-10), ...(controller?.log().slice(-5) ?? [])],
    },
  )
  return text()
}

/** Status of a condition of the HelmChart. */
async function condition(type: string): Promise<string | undefined> {
  const text = await kubectl(['get', 'helmchart', 'bluecore', '--namespace', system, '--output', 'json'])
  const conditions: { type: string; status: string }[] = JSON.parse(text).status?.conditions ?? []
  return conditions.find(condition => condition.type === type)?.status
}

/** State and revision of the release, as helm knows them. */
async function release(): Promise<{ status: string; version: number }> {
  const { info, version } = JSON.parse(await helm(['status', 'bluecore', '--output', 'json']))
  return { status: info.status, version }
}

/** Names of all pods of the release. */
async function podNames(): Promise<(string | undefined)[]> {
  const pods = await Promise.all(deployments.map(name => podsOf(namespace, name)))
  return pods.flat().map(pod => pod.metadata?.name)
}

beforeAll(async () => {
  await waitForRelease(namespace)
  chartContent = await packedChart()
  const image = await buildJobImage()
  await pushImages({ images: [image] }, pushTarget())
  controller = await runHelmController({
    kubeconfig: kubeconfigPath(),
    jobImage: `registry.bluecore.internal/${image.tags[0]}`,
  })
  await waitFor(() => kubectl(['get', 'crd', 'helmcharts.helm.cattle.io']), {
    what: 'the controller has made its CRDs',
    timeoutMs: 60_000,
    log: async () => controller?.log() ?? [],
  })
})

afterAll(async () => {
  await controller?.stop()
  const inSystem = ['--namespace', system]
  // Without its controller, nothing would remove the finalizer. A test may have deleted the HelmChart already.
  const patch = ['--type', 'merge', '--patch', JSON.stringify({ metadata: { finalizers: null } })]
  await kubectl(['patch', 'helmchart', 'bluecore', ...inSystem, ...patch]).catch(() => '')
  const crds = ['crd/helmcharts.helm.cattle.io', 'crd/helmchartconfigs.helm.cattle.io']
  const made = ['job/helm-install-bluecore', 'job/helm-delete-bluecore', 'serviceaccount/helm-bluecore']
  const more = [
    'secret/chart-values-bluecore',
    'configmap/chart-content-bluecore',
    'lease/helm-controller-lock',
  ]
  const binding = 'clusterrolebinding/helm-kube-system-bluecore'
  await kubectl(['delete', ...crds, ...made, ...more, binding, ...inSystem, '--ignore-not-found'])
  await ensureRelease({ line: () => {}, done: () => {} }) // whatever failed: other tests need the release
  await waitForRelease(namespace)
})

test('a manifest in the folder of k3s installs the chart, which finds every note of the release before', async () => {
  stillFound = await noteToFind(namespace)
  const before = await keptObjects(namespace)
  await helm(['uninstall', 'bluecore'])
  await waitForNoPods(namespace)

  await apply(installNamespace)
  await write('False')
  await waitForRelease(namespace)
  expect(await release()).toEqual({ status: 'deployed', version: 1 })
  expect(await keptObjects(namespace)).toEqual(before)
  await stillFound()
})

test('a value that the chart refuses changes nothing, and the HelmChart says so', async () => {
  const before = { pods: await podNames(), release: await release() }
  const logs = await write('True', { valuesContent: 'miskey: {}\n' })
  expect(logs).toContain("additional properties 'miskey' not allowed")
  expect({ pods: await podNames(), release: await release() }).toEqual(before)
  await stillFound()

  await write('False')
  expect((await release()).status).toBe('deployed')
  expect(await podNames()).toEqual(before.pods)
})

test('a missing image leaves all pods and data as they are, until an operator acts', async () => {
  const before = { pods: await podNames(), kept: await keptObjects(namespace) }
  const unchanged = async () => {
    expect({ pods: await podNames(), kept: await keptObjects(namespace) }).toEqual(before)
    await stillFound()
  }
  const valuesContent = 'global:\n  setup:\n    image: { tag: not-there }\n'
  await write('True', { valuesContent, timeout: '30s' })
  expect((await release()).status).toBe('failed')
  await unchanged()

  expect(await write('True')).toContain('waiting for the operator') // correcting the file is not enough
  await unchanged()

  await kubectl(['delete', 'job', '--selector', 'app.kubernetes.io/name=misskey-migrations'])
  await helm(['rollback', 'bluecore'])
  await write('False', { timeout: '9m' }) // a spec that has failed is tried again only when it changes
  expect((await release()).status).toBe('deployed')
  await unchanged()
})

test('deleting the HelmChart uninstalls the release and keeps its data', async () => {
  const before = await keptObjects(namespace)
  await kubectl(['delete', 'helmchart', 'bluecore', '--namespace', system, '--timeout', '180s'])
  await waitForNoPods(namespace)
  await expect(helm(['status', 'bluecore'])).rejects.toMatchObject({
    seen: expect.arrayContaining([expect.stringContaining('release: not found')]),
  })
  expect(await keptObjects(namespace)).toEqual(before)

  await ensureRelease({ line: () => {}, done: () => {} })
  await waitForRelease(namespace)
  await stillFound()
})
