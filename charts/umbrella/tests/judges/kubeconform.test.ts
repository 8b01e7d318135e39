import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubernetesSchemas, kubernetesVersions, toolPath } from '@bluecore/kube-tools'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { KubeObject } from '../objects.js'
import { houses, only, render, renderText } from '../render.js'
import { firstBuildMs } from './judges.js'

interface Report {
  resources: { kind: string; name: string; status: string; msg: string }[]
  summary: { valid: number; invalid: number; errors: number; skipped: number }
}

/** Every installation, a file each, and how many objects that makes. */
const manifests = mkdtempSync(join(tmpdir(), 'bluecore-kubeconform-'))
let objects = 0
afterAll(() => rmSync(manifests, { recursive: true }))
beforeAll(async () => {
  await toolPath('kubeconform')
  await kubernetesSchemas()
  for (const [name, values, options] of houses) {
    const text = await renderText(values, options)
    writeFileSync(join(manifests, `${name}.yaml`), text)
    objects += text.match(/^kind: /gm)?.length ?? 0
  }
}, firstBuildMs)

/** What kubeconform says of all objects in the files of a folder; fields that no schema names are mistakes. */
async function judge(folder: string, kubernetes: string): Promise<Report> {
  const schemas = await kubernetesSchemas()
  const locations = [schemas, join(schemas, 'custom/{{.ResourceKind}}-{{.ResourceAPIVersion}}.json')]
  const options = ['-strict', '-verbose', '-summary', '-output', 'json', '-kubernetes-version', kubernetes]
  const args = [...options, ...locations.flatMap(location => ['-schema-location', location]), folder]
  const path = await toolPath('kubeconform')
  return await new Promise((resolve, reject) => {
    execFile(path, args, { maxBuffer: 64e6 }, (error, stdout) => {
      if (stdout)
        resolve(JSON.parse(stdout)) // it ends with 1 when it finds something
      else reject(error)
    })
  })
}

test.each(kubernetesVersions)(
  'Kubernetes %s knows every object of every installation, and every field',
  async version => {
    const { resources, summary } = await judge(manifests, version)
    expect(resources.filter(({ status }) => status !== 'statusValid')).toEqual([])
    expect(summary).toEqual({ valid: objects, invalid: 0, errors: 0, skipped: 0 })
  },
)

describe('a judge that finds nothing finds what is wrong', () => {
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
      'a word for a number',
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
      'a misspelt field deep in a pod',
      async () =>
        JSON.parse(
          JSON.stringify(only(await render(), 'Deployment', 'redis')).replace('readOnlyRoot', 'readonlyRoot'),
        ),
      "additional properties 'readonlyRootFilesystem' not allowed",
    ],
    ['a right PodMonitor', () => monitor({ podMetricsEndpoints: [{ interval: '30s' }] }), undefined],
    [
      'a misspelt field of a PodMonitor',
      () => monitor({ podMetricsEndpoints: [{ intervall: '30s' }] }),
      "additional properties 'intervall' not allowed",
    ],
    ['a right PrometheusRule', () => rule({ for: '5m' }), undefined],
    ['a wrong PrometheusRule', () => rule({ for: 'long' }), "at '/spec/groups/0/rules/0/for'"],
    [
      'a kind that nobody knows',
      () => ({ apiVersion: 'v1', kind: 'Servise', metadata: { name: 'x' } }),
      'could not find schema for Servise',
    ],
  ])('%s', async (_, object, message) => {
    const folder = mkdtempSync(join(tmpdir(), 'bluecore-kubeconform-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'object.json'), JSON.stringify(await object()))
    const { resources } = await judge(folder, '1.34.0')
    expect(resources).toHaveLength(1)
    if (message) expect(resources[0]?.msg).toContain(message)
    else expect(resources[0]).toMatchObject({ status: 'statusValid' })
  })
})

function changed(object: KubeObject, change: (spec: object) => object): KubeObject {
  return { ...object, spec: change(object.spec) }
}
