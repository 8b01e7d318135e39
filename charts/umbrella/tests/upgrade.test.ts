import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubeObject } from './objects.js'
import { policiesOf } from './reach.js'
import { chart, houses, pods, type RenderOptions, render, run, type Values } from './render.js'

const releases = join(chart, 'tests/releases')

/** The last release, as it was packaged. */
const last = join(releases, readdirSync(releases).sort(byVersion).at(-1) ?? '')

/** What the API server lets nobody change; an upgrade that tries fails half-way. */
const immutable: Record<string, (object: KubeObject) => unknown> = {
  Deployment: ({ spec }) => spec.selector,
  StatefulSet: ({ spec: { replicas, template, updateStrategy, ...rest } }) => rest,
  Job: ({ spec: { selector, template, completionMode } }) => ({ selector, template, completionMode }),
  PersistentVolume: ({ spec: { capacity, mountOptions, ...rest } }) => rest,
  PersistentVolumeClaim: ({ spec: { resources, ...rest } }) => rest,
  Service: ({ spec: { clusterIP, type } }) => ({ clusterIP, type }),
  StorageClass: ({ apiVersion, kind, metadata, ...rest }) => rest,
  RoleBinding: object => (object as { roleRef?: unknown }).roleRef,
}

const holdsData = /^(PersistentVolume|PersistentVolumeClaim|Secret)$/

let defaults: Values
beforeAll(async () => {
  defaults = parse(await run('helm', ['show', 'values', last]))
})

/** The same house before the upgrade and after it; values that the last release did not have come with the upgrade. */
async function upgrade(values: Values, options: RenderOptions = {}) {
  const [before, after] = await Promise.all([
    render(known(values, defaults), { ...options, folder: last }),
    render(values, options),
  ])
  return { before, after }
}

function known(values: Values, those: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const old = those[key]
      if (old === undefined) return []
      return [[key, isTree(value) && isTree(old) ? known(value, old) : value]]
    }),
  )
}

/** Free dictionaries, whose default is empty, are taken whole. */
function isTree(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}

const called = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`

/** A hook that is removed before it is made again: nothing of it is ever changed. */
const madeAnew = ({ metadata }: KubeObject) =>
  metadata.annotations?.['helm.sh/hook-delete-policy']?.includes('before-hook-creation')

describe.each(houses)('%s, from the last release', (_, values, options) => {
  test('no field that can never change is changed', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Map(after.map(object => [called(object), object]))
    const compared: string[] = []
    for (const object of before) {
      const same = now.get(called(object))
      const fixed = immutable[object.kind]
      if (!same || !fixed || madeAnew(object)) continue
      expect(fixed(same), called(object)).toEqual(fixed(object))
      compared.push(object.kind)
    }
    expect(new Set(compared)).toContain('Deployment')
    expect(new Set(compared)).toContain('Service')
  })

  test('what holds data is still there, and so is every Service with its ports', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Map(after.map(object => [called(object), object]))
    for (const object of before.filter(({ kind }) => holdsData.test(kind))) {
      expect(now.get(called(object))?.metadata.annotations, called(object)).toMatchObject({
        'helm.sh/resource-policy': 'keep',
      })
    }
    for (const object of before.filter(({ kind }) => kind === 'Service')) {
      expect(now.get(called(object))?.spec, called(object)).toEqual(object.spec)
    }
  })

  test('nothing goes but the Job of the last migrations, when there are others', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Set(after.map(called))
    const gone = before.map(called).filter(name => !now.has(name))
    expect(gone.filter(name => !/^Job\/misskey-migrations-[0-9a-f]{8}$/.test(name))).toEqual([])
  })

  test('pods of the last release that still run are chosen by the same Services and policies as the new ones', async () => {
    const { before, after } = await upgrade(values, options)
    const choosers = (objects: readonly KubeObject[]) =>
      pods(objects)
        .filter(([where]) => where.startsWith('Deployment/'))
        .map(([where, { metadata }]) => {
          const { labels } = metadata
          const services = after.filter(
            ({ kind, spec }) =>
              kind === 'Service' &&
              Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
          )
          const policies = policiesOf(after, { ip: '', namespace: options?.namespace ?? 'home', labels })
          return [where, [...services, ...policies].map(called)]
        })
    expect(choosers(before)).toEqual(choosers(after))
  })
})

function byVersion(one: string, two: string): number {
  return one.localeCompare(two, 'en', { numeric: true })
}
