import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type ChartCopy, copyChart } from '../testing/chart-copy.js'
import { render, renderText, type Values } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { parse as parseObjects, pods } from '../testing/objects.js'

/** Pods whose template differs from that of the default values. */
async function changed(values: Values): Promise<string[]> {
  const templates = async (given: Values) =>
    new Map(pods(await render(given)).map(([name, template]) => [name, JSON.stringify(template)]))
  const [before, after] = await Promise.all([templates({}), templates(values)])
  return [...after].filter(([name, template]) => before.get(name) !== template).map(([name]) => name)
}

const resources = { requests: { cpu: '20m', memory: '50Mi' }, limits: { memory: '1Gi' } }

test.each<[string, Values, string[]]>([
  ['size of the database volume', { postgresql: { storage: { size: '9Gi' } } }, []],
  [
    'another NAS, which each storage check mentions',
    { global: { nfs: { server: 'other' } } },
    ['Deployment/dbserver', 'Deployment/elsearch', 'Deployment/misskey', 'Deployment/redis'],
  ],
  ['replicas', { misskey: { replicas: 5 } }, []],
  ['a standby', { postgresql: { replicas: 2 } }, ['Deployment/dbserver-2']],
  ['image of PostgreSQL', { postgresql: { image: { tag: '10.22' } } }, ['Deployment/dbserver']],
  ['sidecar of PostgreSQL', { postgresql: { health: { resources } } }, ['Deployment/dbserver']],
  ['memory of Redis, and so its maxmemory', { redis: { resources } }, ['Deployment/redis']],
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
])('a changed value restarts only the pods that use it: %s', async (_, values, expected) => {
  expect((await changed(values)).sort()).toEqual(expected)
})

test('another image or setting of Misskey creates another Job, as a Job is immutable', async () => {
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

describe('a new version of the charts', () => {
  let copy: ChartCopy
  beforeAll(() => {
    copy = copyChart()
    const charts = ['.', ...readdirSync(join(copy.folder, 'charts')).map(name => `charts/${name}`)]
    for (const path of charts) {
      const file = join(copy.folder, path, 'Chart.yaml')
      const text = readFileSync(file, 'utf8')
      const { version } = parse(text)
      const bumped = text
        .replaceAll(`version: ${version}`, 'version: 9.9.9')
        .replace(/^appVersion:.*/m, 'appVersion: 99')
      expect(bumped).not.toBe(text)
      writeFileSync(file, bumped)
    }
  })
  afterAll(() => copy.remove())

  test.each(installations)('%s: changes no object', async (_, values, options) => {
    const bumped = await renderText(values, { ...options, folder: copy.folder })
    expect(parseObjects(bumped)).toEqual(await render(values, options))
  })
})
