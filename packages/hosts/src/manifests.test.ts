import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { ranges, workspaceRoot } from '@bluecore/lab'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { hostsPath, manifestOf } from './manifests.js'

const files = (folder: string) => readdirSync(hostsPath(folder)).map(name => `${folder}/${name}`)
const text = (file: string) => readFileSync(hostsPath(file), 'utf8')
const chart = join(workspaceRoot(), 'charts/umbrella')
const { version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))

const helmChart = manifestOf('k3s/bluecore.yaml', 'HelmChart')
const source = manifestOf('flux/chart.yaml', 'OCIRepository')
const release = manifestOf('flux/release.yaml', 'HelmRelease')
const namespaces = {
  k3s: manifestOf('k3s/bluecore.yaml', 'Namespace'),
  flux: manifestOf('flux/namespace.yaml', 'Namespace'),
}
const server = parse(text('k3s/server-config.yaml'))
const agent = parse(text('k3s/agent-config.yaml'))

/** Values that the examples set, as an object. */
const examples = {
  HelmChart: parse(helmChart.spec.valuesContent),
  HelmRelease: release.spec.values,
}

async function render(values: unknown): Promise<string> {
  const args = ['template', 'bluecore', chart, '--namespace', 'bluecore', '--values', '-']
  return (await execa(await toolPath('helm'), args, { input: stringify(values) })).stdout
}

test.each([...files('k3s'), ...files('flux')])('%s says where it goes', file => {
  const isManifest = /^apiVersion:/m.test(text(file))
  const manifests = `/var/lib/rancher/k3s/server/manifests/${basename(file)}`
  const target = file.startsWith('flux/') ? 'a folder of a Git' : isManifest ? manifests : '/etc/rancher/k3s/'
  expect(text(file).split('\n')[1]).toContain(`# Goes to ${target}`)
})

test('the chart that they install is the one of this checkout', () => {
  expect(helmChart.spec.version).toBe(version)
  expect(source.spec.ref).toEqual({ tag: version })
  expect(source.spec.url).toBe(helmChart.spec.chart)
})

describe.each(Object.entries(examples))('the values of the %s', (_, values) => {
  test('are accepted by the chart and reach its objects', async () => {
    const changed = structuredClone(values)
    changed.misskey.url = 'https://another.example/'
    changed.global.nfs.server = 'nas.example'
    const rendered = await render(changed)
    expect(rendered).toContain('https://another.example/')
    expect(rendered).toContain('server: nas.example')
    expect(await render(values)).toContain(values.global.nfs.server)
  })

  test('are rejected by the chart when a key is misspelled', async () => {
    const { misskey, ...others } = values
    await expect(render({ ...others, miskey: misskey })).rejects.toThrow(/miskey/)
  })
})

test('k3s and Flux install the same release, with the same values, into a namespace with the same labels', () => {
  expect(examples.HelmChart).toEqual(examples.HelmRelease)
  expect(helmChart.metadata.name).toBe(release.metadata.name)
  expect(namespaces.k3s.metadata.labels).toEqual(namespaces.flux.metadata.labels)
})

test('the release goes into the namespace that they create', () => {
  expect(helmChart.spec.targetNamespace).toBe(namespaces.k3s.metadata.name)
  for (const { metadata } of [source, release]) expect(metadata.namespace).toBe(namespaces.flux.metadata.name)
})

test('the HelmRelease refers to the OCIRepository', () => {
  expect(release.spec.chartRef).toEqual({ kind: source.kind, name: source.metadata.name })
})

test('agents join by a name in the certificate of the server, with its token', () => {
  expect(server['tls-san']).toContain(new URL(agent.server).hostname)
  expect(agent['token-file']).toBe(server['token-file'])
})

test('the lab uses the address ranges that the settings give the cluster', () => {
  expect(server['cluster-cidr']).toBe(ranges.pods)
  expect(server['service-cidr']).toBe(ranges.services)
})

test('nodes have the password of the registry that the chart and all images come from', () => {
  const { mirrors, configs } = parse(text('k3s/registries.yaml'))
  const registry = new URL(helmChart.spec.chart).hostname
  expect(Object.keys(configs)).toEqual([registry])
  for (const [name, { endpoint }] of Object.entries<{ endpoint: string[] }>(mirrors)) {
    expect(endpoint, name).toEqual([`https://${registry}`])
  }
})

test('CoreDNS forwards the domain that the addresses in the values belong to', () => {
  const { data } = manifestOf('k3s/coredns-site.yaml', 'ConfigMap')
  const zone = /^(\S+):53 \{/.exec(data?.['bluecore.server'] ?? '')?.[1]
  const { misskey, global } = examples.HelmChart
  for (const host of [new URL(misskey.url).hostname, global.nfs.server]) expect(host).toMatch(`.${zone}`)
})
