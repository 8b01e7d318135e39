import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { workspaceRoot } from '@bluecore/lab'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { hostsPath, manifestOf } from './manifests.js'

const files = ['k3s', 'flux'].flatMap(folder =>
  readdirSync(hostsPath(folder)).map(name => `${folder}/${name}`),
)
const chart = join(workspaceRoot(), 'charts/umbrella')
const { version } = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8'))

const helmChart = manifestOf('k3s/bluecore.yaml', 'HelmChart')
const source = manifestOf('flux/chart.yaml', 'OCIRepository')
const release = manifestOf('flux/release.yaml', 'HelmRelease')

/** Values that the examples give, as an object. */
const examples = {
  HelmChart: parse(helmChart.spec.valuesContent),
  HelmRelease: release.spec.values,
}

async function render(values: unknown): Promise<string> {
  const args = ['template', 'bluecore', chart, '--namespace', 'bluecore', '--values', '-']
  const child = promisify(execFile)(await toolPath('helm'), args, { maxBuffer: 64e6 })
  child.child.stdin?.end(stringify(values))
  return (await child).stdout
}

test.each(files)('%s begins with what it does and where it goes', file => {
  const [first, second, third] = readFileSync(hostsPath(file), 'utf8').split('\n')
  expect(first).toMatch(/^# \S/)
  expect(second).toMatch(/^# Goes to /)
  expect(third).not.toMatch(/^#/)
})

test('the chart that they install is the one of this checkout', () => {
  expect(helmChart.spec.version).toBe(version)
  expect(source.spec.ref).toEqual({ tag: version })
  expect(source.spec.url).toBe(helmChart.spec.chart)
})

describe.each(Object.entries(examples))('the values of the %s', (_, values) => {
  test('are taken by the chart, and reach its objects', async () => {
    const moved = structuredClone(values)
    moved.misskey.url = 'https://another.example/'
    moved.global.nfs.server = 'nas.example'
    const text = await render(moved)
    expect(text).toContain('https://another.example/')
    expect(text).toContain('server: nas.example')
    expect(await render(values)).toContain(values.global.nfs.server)
  })

  test('are refused by the chart when a key is misspelt', async () => {
    const { misskey, ...others } = values
    await expect(render({ ...others, miskey: misskey })).rejects.toThrow(/miskey/)
  })
})

test('both install the same release, with the same values', () => {
  expect(examples.HelmChart).toEqual(examples.HelmRelease)
  expect(helmChart.metadata.name).toBe(release.metadata.name)
  expect(helmChart.spec.targetNamespace).toBe(release.metadata.namespace)
})

test('nothing that fails is ever uninstalled', () => {
  expect(helmChart.spec.failurePolicy).toBe('abort')
  expect(release.spec.install.remediation).toEqual({ retries: 0, remediateLastFailure: false })
  expect(release.spec.upgrade.remediation.strategy).toBe('rollback')
})

test('no file holds a secret', () => {
  for (const file of files) {
    for (const [, value] of readFileSync(hostsPath(file), 'utf8').matchAll(
      /^\s*(?:password|token):\s*(\S+)/gm,
    )) {
      expect(value, file).toBe('CHANGE-ME')
    }
  }
})
