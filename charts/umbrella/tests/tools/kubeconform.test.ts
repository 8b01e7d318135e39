import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubernetesSchemas, kubernetesVersions, toolPath } from '@bluecore/kube-tools'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { render, renderText } from '../../testing/helm.js'
import { installations } from '../../testing/installations.js'
import { type KubeObject, only } from '../../testing/objects.js'
import { firstBuildMs } from '../../testing/tool-timeout.js'

interface Report {
  resources: { kind: string; name: string; status: string; msg: string }[]
  summary: { valid: number; invalid: number; errors: number; skipped: number }
}

/** The manifests of every installation, one file each, and the number of their objects. */
const manifests = mkdtempSync(join(tmpdir(), 'bluecore-kubeconform-'))
let objects = 0
afterAll(() => rmSync(manifests, { recursive: true }))
beforeAll(async () => {
  await toolPath('kubeconform')
  await kubernetesSchemas()
  for (const [name, values, options] of installations) {
    const text = await renderText(values, options)
    writeFileSync(join(manifests, `${name}.yaml`), text)
    objects += text.match(/^kind: /gm)?.length ?? 0
  }
}, firstBuildMs)

/** kubeconform's report on all objects in the files of a folder; fields that are not in the schema are errors. */
async function validate(folder: string, kubernetes: string): Promise<Report> {
  const schemas = await kubernetesSchemas()
  const locations = [schemas, join(schemas, 'custom/{{.ResourceKind}}-{{.ResourceAPIVersion}}.json')]
  // Each of several workers would compile each schema, which takes most of the time: one is three times cheaper.
  const options = [
    '-n',
    '1',
    '-strict',
    '-verbose',
    '-summary',
    '-output',
    'json',
    '-kubernetes-version',
    kubernetes,
  ]
  const args = [...options, ...locations.flatMap(location => ['-schema-location', location]), folder]
  const path = await toolPath('kubeconform')
  return await new Promise((resolve, reject) => {
    execFile(path, args, { maxBuffer: 64e6 }, (error, stdout) => {
      if (stdout)
        resolve(JSON.parse(stdout)) // it exits with 1 when it finds an error
      else reject(error)
    })
  })
}

test.each(kubernetesVersions)(
  'every object of every installation is valid in Kubernetes %s',
  async version => {
    const { resources, summary } = await validate(manifests, version)
    expect(resources.filter(({ status }) => status !== 'statusValid')).toEqual([])
    expect(summary).toEqual({ valid: objects, invalid: 0, errors: 0, skipped: 0 })
  },
)

describe('kubeconform detects', () => {
  const monitor = (spec: object): KubeObject => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'x' },
    spec: { selector: {}, ...spec },
  })
  const rule = (more: object): KubeObject => ({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'x' },
    spec: { groups: [{ name: 'x', rules: [{ alert: 'X', expr: 'up == 0', ...more }] }] },
  })

  test.each<[string, () => Promise<KubeObject> | KubeObject, string | undefined]>([
    [
      'a string instead of a number',
      async () =>
        changed(only(await render(), 'Deployment', 'redis'), spec => ({ ...spec, replicas: 'one' })),
      "at '/spec/replicas': got string, want null or integer",
    ],
    [
      'a misspelt field',
      async () => changed(only(await render(), 'Deployment', 'redis'), spec => ({ ...spec, replica: 1 })),
      "at '/spec': additional properties 'replica' not allowed",
    ],
    [
      'a misspelt field of a container',
      async () =>
        JSON.parse(
          JSON.stringify(only(await render(), 'Deployment', 'redis')).replace('readOnlyRoot', 'readonlyRoot'),
        ),
      "additional properties 'readonlyRootFilesystem' not allowed",
    ],
    [
      'no error in a valid PodMonitor',
      () => monitor({ podMetricsEndpoints: [{ interval: '30s' }] }),
      undefined,
    ],
    [
      'a misspelt field of a PodMonitor',
      () => monitor({ podMetricsEndpoints: [{ intervall: '30s' }] }),
      "additional properties 'intervall' not allowed",
    ],
    ['no error in a valid PrometheusRule', () => rule({ for: '5m' }), undefined],
    ['an invalid PrometheusRule', () => rule({ for: 'long' }), "at '/spec/groups/0/rules/0/for'"],
    [
      'an unknown kind',
      () => ({ apiVersion: 'v1', kind: 'Servise', metadata: { name: 'x' } }),
      'could not find schema for Servise',
    ],
  ])('%s', async (_, object, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'bluecore-kubeconform-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'object.json'), JSON.stringify(await object()))
    const { resources } = await validate(folder, '1.34.0')
    expect(resources).toHaveLength(1)
    if (message) expect(resources[0]?.msg).toContain(message)
    else expect(resources[0]).toMatchObject({ status: 'statusValid' })
  })
})

function changed(object: KubeObject, change: (spec: object) => object): KubeObject {
  return { ...object, spec: change(object.spec) }
}
