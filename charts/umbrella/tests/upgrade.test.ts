import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { chart, type RenderOptions, render, run, type Values } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { policiesOf } from '../testing/network-policies.js'
import { type KubeObject, pods } from '../testing/objects.js'

const releases = join(chart, 'tests/releases')

/** The last release, as it was packaged. */
const last = join(releases, readdirSync(releases).sort(byVersion).at(-1) ?? '')

/** Immutable fields: an upgrade that changes one fails half-way. */
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

/** An installation before and after the upgrade; values unknown to the last release are only set after it. */
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

/** Maps with free keys, whose default is empty, are taken as a whole. */
function isTree(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}

const nameOf = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`

/** A hook that is deleted before it is created again, and so is never changed. */
const isRecreated = ({ metadata }: KubeObject) =>
  metadata.annotations?.['helm.sh/hook-delete-policy']?.includes('before-hook-creation')

/** The last release had no standbys; turning them on adds pods, and is not an upgrade. */
const upgraded = installations.filter(([name]) => name !== 'standbys')

describe.each(upgraded)('%s, from the last release', (_, values, options) => {
  test('no immutable field changes', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Map(after.map(object => [nameOf(object), object]))
    const compared: string[] = []
    for (const object of before) {
      const same = now.get(nameOf(object))
      const fixed = immutable[object.kind]
      if (!same || !fixed || isRecreated(object)) continue
      expect(fixed(same), nameOf(object)).toEqual(fixed(object))
      compared.push(object.kind)
    }
    expect(new Set(compared)).toContain('Deployment')
    expect(new Set(compared)).toContain('Service')
  })

  test('volumes, claims and Secrets are kept, and every Service with its ports', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Map(after.map(object => [nameOf(object), object]))
    for (const object of before.filter(({ kind }) => holdsData.test(kind))) {
      expect(now.get(nameOf(object))?.metadata.annotations, nameOf(object)).toMatchObject({
        'helm.sh/resource-policy': 'keep',
      })
    }
    for (const object of before.filter(({ kind }) => kind === 'Service')) {
      expect(now.get(nameOf(object))?.spec, nameOf(object)).toEqual(object.spec)
    }
  })

  test('nothing is removed except the previous migrations Job', async () => {
    const { before, after } = await upgrade(values, options)
    const now = new Set(after.map(nameOf))
    const gone = before.map(nameOf).filter(name => !now.has(name))
    expect(gone.filter(name => !/^Job\/misskey-migrations-[0-9a-f]{8}$/.test(name))).toEqual([])
  })

  test('Services and policies select running pods of the last release like the new ones', async () => {
    const { before, after } = await upgrade(values, options)
    const choosers = (objects: readonly KubeObject[]) =>
      pods(objects)
        .filter(([where]) => where.startsWith('Deployment/'))
        .map(([where, { metadata }]) => {
          const { labels } = metadata
          const services = after.filter(
            ({ kind, spec }) =>
              kind === 'Service' &&
              spec.selector && // not that of a server, which its sidecars set
              Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
          )
          const policies = policiesOf(after, { ip: '', namespace: options?.namespace ?? 'home', labels })
          return [where, [...services, ...policies].map(nameOf)]
        })
    expect(choosers(before)).toEqual(choosers(after))
  })
})

function byVersion(one: string, two: string): number {
  return one.localeCompare(two, 'en', { numeric: true })
}
