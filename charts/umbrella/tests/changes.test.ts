import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { chart, houses, pods, render, renderText, type Values } from './render.js'

/** Pods whose template is not as it is without these values. */
async function changed(values: Values): Promise<string[]> {
  const templates = async (of: Values) =>
    new Map(pods(await render(of)).map(([name, template]) => [name, JSON.stringify(template)]))
  const [was, is] = await Promise.all([templates({}), templates(values)])
  return [...is].filter(([name, template]) => was.get(name) !== template).map(([name]) => name)
}

const resources = { requests: { cpu: '20m', memory: '50Mi' }, limits: { memory: '1Gi' } }

test.each<[string, Values, string[]]>([
  ['size of the database volume', { postgresql: { storage: { size: '9Gi' } } }, []],
  [
    'another NAS, which the check of each volume names',
    { global: { nfs: { server: 'other' } } },
    ['Deployment/dbserver', 'Deployment/elsearch', 'Deployment/misskey', 'Deployment/redis'],
  ],
  ['replicas', { misskey: { replicas: 5 } }, []],
  ['image of PostgreSQL', { postgresql: { image: { tag: '10.22' } } }, ['Deployment/dbserver']],
  ['sidecar of PostgreSQL', { postgresql: { health: { resources } } }, ['Deployment/dbserver']],
  ['memory of Redis, and so its room for data', { redis: { resources } }, ['Deployment/redis']],
  [
    'memory of Elasticsearch, and so its heap',
    { elasticsearch: { resources: { limits: { memory: '2Gi' } } } },
    ['Deployment/elsearch'],
  ],
  ['network policies', { networkPolicy: { enabled: false } }, []],
  ['autoscaling', { misskey: { autoscaling: { enabled: true } } }, []],
  ['monitoring', { monitoring: { podMonitor: { enabled: true }, alerts: { enabled: true } } }, []],
  ['token of the test', { test: { existingSecret: 'mine' } }, ['Pod/bluecore-test']],
  ['nodes of Redis', { redis: { nodeSelector: { disk: 'ssd' } } }, ['Deployment/redis']],
  [
    'URL of Misskey',
    { misskey: { url: 'https://other.example' } },
    ['Deployment/misskey', 'Job/misskey-migrations'],
  ],
  [
    'setting of Misskey',
    { misskey: { config: { maxFileSize: 1 } } },
    ['Deployment/misskey', 'Job/misskey-migrations'],
  ],
  [
    'image of Misskey',
    { misskey: { image: { tag: '12.119.1' } } },
    ['Deployment/misskey', 'Job/misskey-migrations'],
  ],
])('a changed setting restarts the pod concerned and no other: %s', async (_, values, expected) => {
  expect((await changed(values)).sort()).toEqual(expected)
})

test('another image or another setting of Misskey makes another Job, since a Job cannot be changed', async () => {
  const job = async (values: Values) =>
    (await render(values)).find(({ metadata }) => metadata.name.startsWith('misskey-migrations-'))?.metadata
      .name
  const names = [
    {},
    { misskey: { image: { tag: 'next' } } },
    { misskey: { config: { maxFileSize: 1 } } },
    {},
  ].map(job)
  const [first, image, config, again] = await Promise.all(names)
  expect(new Set([first, image, config]).size).toBe(3)
  expect(again).toBe(first)
})

/** A copy of the chart that a test may change; it is gone when the test ends. */
function copyOfChart(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-chart-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const ignored = readFileSync(join(chart, '.helmignore'), 'utf8').split('\n')
  for (const part of readdirSync(chart, { withFileTypes: true })) {
    const name = part.isDirectory() ? `${part.name}/` : part.name
    if (!ignored.includes(name)) cpSync(join(chart, part.name), join(folder, part.name), { recursive: true })
  }
  return folder
}

test.each(houses)('%s: a new version of the charts changes no object', async (_, values, options) => {
  const folder = copyOfChart()
  const charts = ['.', ...readdirSync(join(folder, 'charts')).map(name => `charts/${name}`)]
  for (const path of charts) {
    const file = join(folder, path, 'Chart.yaml')
    const text = readFileSync(file, 'utf8')
    const { version } = parse(text)
    const bumped = text
      .replaceAll(`version: ${version}`, 'version: 9.9.9')
      .replace(/^appVersion:.*/m, 'appVersion: 99')
    expect(bumped).not.toBe(text)
    writeFileSync(file, bumped)
  }
  expect(await renderText(values, { ...options, folder })).toBe(await renderText(values, options))
})
