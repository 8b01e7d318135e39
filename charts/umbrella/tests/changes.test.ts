import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { containers, copyOfChart, installations, pods, render, renderText, type Values } from './render.js'

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
  ['another NAS', { global: { nfs: { server: 'other' } } }, []],
  ['replicas', { misskey: { replicas: 5 } }, []],
  ['image of PostgreSQL', { postgresql: { image: { tag: '10.22' } } }, ['Deployment/dbserver']],
  ['sidecar of PostgreSQL', { postgresql: { health: { resources } } }, ['Deployment/dbserver']],
  ['memory of Redis', { redis: { maxMemory: 100 } }, ['Deployment/redis']],
  ['heap of Elasticsearch', { elasticsearch: { heap: 400 } }, ['Deployment/elsearch']],
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

test.each(Object.entries(installations))(
  '%s: a new version of the charts changes no object',
  async (_, values) => {
    const folder = copyOfChart()
    const charts = ['.', ...readdirSync(join(folder, 'charts')).map(name => `charts/${name}`)]
    for (const chart of charts) {
      const file = join(folder, chart, 'Chart.yaml')
      const text = readFileSync(file, 'utf8')
      writeFileSync(
        file,
        text.replaceAll('version: 0.1.0', 'version: 9.9.9').replace(/^appVersion:.*/m, 'appVersion: 99'),
      )
      expect(readFileSync(file, 'utf8')).not.toBe(text)
    }
    expect(await renderText(values, { folder })).toBe(await renderText(values))
  },
)

test('one registry moves every image of every container', async () => {
  const moved = containers(await render({ global: { imageRegistry: 'registry.example:5000' } }))
  const before = new Map(containers(await render()))
  expect(moved.length).toBeGreaterThan(10)
  for (const [where, { image }] of moved) {
    expect(image, where).toBe(before.get(where)?.image.replace(/^[^/]+/, 'registry.example:5000'))
  }
})

test('an image can be pinned by its digest, also in another registry', async () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
  const objects = await render({ global: { imageRegistry: 'r' }, redis: { image: { digest } } })
  const images = containers(objects).map(([, { image }]) => image)
  expect(images.filter(image => image.includes('@'))).toEqual([`r/library/redis:7@${digest}`])
})
