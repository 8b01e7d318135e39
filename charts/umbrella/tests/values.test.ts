import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chart, type Helm, helms, renderText, type Values } from './render.js'

const defaults: Values = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'), { merge: true })

/** Paths of all objects within the values, "" for the root; free lists have none. */
function levels(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return [path, ...Object.entries(value).flatMap(([key, inner]) => levels(inner, [...path, key]))]
}

function at(path: string[], value: unknown): Values {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values
}

/** What helm says when it refuses; a test that expects words fails when it does not. */
async function refusal(values: Values, helm: Helm): Promise<string> {
  return renderText(values, { helm }).then(
    () => 'accepted',
    error => error.stderr,
  )
}

describe.each(helms)('%s', helm => {
  test('a misspelt key is refused at every level, with its path', async () => {
    const all = levels(defaults)
    expect(all.length).toBeGreaterThan(40)
    // All at once: helm lists every mistake.
    const misspelt = all.map((path, index) => at([...path, `typo${index}x`], 1)).reduce(merge)
    const said = await refusal(misspelt, helm)
    for (const [index, path] of all.entries()) {
      expect(said).toContain(`typo${index}x`)
      expect(said).toContain(path.join(helm === 'helm' ? '/' : '.'))
    }
  })

  test.each<[string, unknown]>([
    ['misskey.replicas', 'many'],
    ['misskey.replicas', 0],
    ['misskey.url', 'misskey.example'],
    ['misskey.config.maxFileSize', '1 GB'],
    ['misskey.config.url', 'https://two.example'],
    ['misskey.resources.limits.memory', '1000'],
    ['redis.maxMemory', '100mb'],
    ['elasticsearch.heap', '1g'],
    ['postgresql.image.tag', 10.23],
    ['postgresql.image.digest', 'sha256:abc'],
    ['postgresql.storage.nfs.path', 'bluecore'],
    ['postgresql.storage.size', '50GB'],
    ['postgresql.health.resources.requests.cpu', 'fast'],
    ['global.nfs.server', ''],
    ['global.nfs.mountOptions', ['hard,nfsvers=3']],
    ['global.imageRegistry', 'https://registry.example'],
    ['global.existingSecrets.redis', 'My Secret'],
    ['global.imagePullSecrets', [{ name: 'x' }]],
  ])('%s is refused when it is %j', async (path, value) => {
    const said = await refusal(at(path.split('.'), value), helm)
    expect(said).toContain("values don't meet the specifications of the schema")
    const [, parent = '', key = ''] = /^(.*)\.(.*)$/.exec(path) ?? []
    expect(said).toContain(parent.replaceAll('.', helm === 'helm' ? '/' : '.'))
    expect(said).toContain(key)
  })

  test('mistakes of two values are told together', async () => {
    const said = await refusal(
      {
        postgresql: {
          storage: { nfs: { path: '/bluecore/redis/' } },
          health: { resources: { requests: { memory: '1Gi' } } },
        },
        redis: { maxMemory: 1024 },
        elasticsearch: { heap: 2048, storage: { class: 'fast', existingClaim: 'mine' } },
        misskey: { storage: { existingClaim: 'mine' }, resources: { requests: { memory: '2Gi' } } },
        global: { setup: { resources: { requests: { memory: '200Mi' } } } },
      },
      helm,
    )
    expect(said.match(/^- .*/gm)).toEqual([
      '- postgresql.health.resources: requests.memory 1Gi is more than limits.memory 128Mi',
      "- redis.storage: nfs.bluecore.internal:/bluecore/redis is postgresql's already; each service needs a volume of its own",
      '- elasticsearch.storage: class and existingClaim are both set; keep one',
      "- misskey.storage: the claim mine is elasticsearch's already; each service needs a volume of its own",
      '- misskey.resources: requests.memory 2Gi is more than limits.memory 768Mi',
      '- global.setup.resources: requests.memory 200Mi is more than limits.memory 128Mi',
      '- elasticsearch: a heap of 2048 MiB needs resources.limits.memory of 2304Mi or more, not 1Gi',
      '- redis: maxMemory of 1024 MiB needs resources.limits.memory of 2048Mi or more, not 384Mi',
    ])
  })
})

test('every object of the schema is closed, nothing is fetched for it, and it is small', () => {
  const file = join(chart, 'values.schema.json')
  expect(statSync(file).size).toBeLessThan(100_000)
  const open: string[] = []
  JSON.parse(readFileSync(file, 'utf8'), function (this: unknown, key, value) {
    if (value?.type === 'object' && value.additionalProperties !== false) open.push(key)
    if (key === '$ref' && !String(value).startsWith('#/')) open.push(value)
    return value
  })
  expect(open).toEqual([])
})

function merge(one: Values, two: Values): Values {
  const result: Values = { ...one }
  for (const [key, value] of Object.entries(two)) {
    const old = result[key]
    result[key] =
      typeof old === 'object' && typeof value === 'object' ? merge(old as Values, value as Values) : value
  }
  return result
}
