import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { onTestFinished } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import type { Container, KubeObject, PodTemplate } from './objects.js'

/** helm 4 and helm 3: everything must hold for both. */
export const helms = ['helm', 'helm3'] as const
export type Helm = (typeof helms)[number]

export const chart = join(import.meta.dirname, '..')

/** Values as a user may write them: any part of values.yaml. */
export type Values = Record<string, unknown>

/** Values of quite different installations: what must hold for all is asked of each. */
export const installations: Record<string, Values> = {
  'as it comes': {},
  'one registry, pull secrets': {
    global: { imageRegistry: 'registry.example:5000/mirror', imagePullSecrets: ['one', 'two'] },
  },
  'everything brought along': {
    global: { existingSecrets: { dbserver: 'my-db', redis: 'my-redis' } },
    postgresql: { storage: { existingClaim: 'my-dbserver' } },
    redis: { storage: { existingClaim: 'my-redis' } },
    elasticsearch: { storage: { existingClaim: 'my-elsearch' } },
    misskey: { storage: { existingClaim: 'my-files' } },
  },
  'volumes of a StorageClass, one replica': {
    postgresql: { storage: { class: 'fast' } },
    redis: { storage: { class: 'fast' } },
    elasticsearch: { storage: { class: 'fast' } },
    misskey: { replicas: 1, storage: { class: 'shared' }, config: { maxFileSize: 1_000_000 } },
  },
}

/**
 * Runs helm.
 * @param input values for an argument `--values -`
 * @returns what it printed; a failed run rejects with its words in `stderr`
 */
export async function run(helm: Helm, args: string[], input?: Values): Promise<string> {
  const child = promisify(execFile)(await toolPath(helm), args, { maxBuffer: 64e6 })
  child.child.stdin?.end(input ? stringify(input) : '')
  return (await child).stdout
}

/** The chart's manifests as text, for release `bluecore` in namespace `home`. */
export function renderText(
  values: Values = {},
  { helm = 'helm' as Helm, folder = chart } = {},
): Promise<string> {
  return run(helm, ['template', 'bluecore', folder, '--namespace', 'home', '--values', '-'], values)
}

/** The chart's objects. Numbers such as 0440 are octal, as Kubernetes reads them. */
export async function render(
  values: Values = {},
  options?: { helm?: Helm; folder?: string },
): Promise<KubeObject[]> {
  return parseAllDocuments(await renderText(values, options), { version: '1.1' })
    .map(document => document.toJS() as KubeObject | null)
    .filter(object => object !== null)
}

/** The one object of that kind and name. */
export function only(objects: readonly KubeObject[], kind: string, name: string | RegExp): KubeObject {
  const found = objects.filter(
    object =>
      object.kind === kind &&
      (typeof name === 'string' ? object.metadata.name === name : name.test(object.metadata.name)),
  )
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} objects are a ${kind} named ${name}, not 1`)
  return found[0]
}

/** Every pod that the objects make, as "Kind/name" (without the hash of a Job) and its template. */
export function pods(objects: readonly KubeObject[]): [string, PodTemplate][] {
  return objects
    .filter(({ spec }) => spec?.template?.spec)
    .map(({ kind, metadata, spec }) => [
      `${kind}/${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`,
      spec.template,
    ])
}

/** Every container of every pod, init containers included, as "Kind/name: container" and itself. */
export function containers(objects: readonly KubeObject[]): [string, Container][] {
  return pods(objects).flatMap(([pod, { spec }]) =>
    [...(spec.initContainers ?? []), ...spec.containers].map((one): [string, Container] => [
      `${pod}: ${one.name}`,
      one,
    ]),
  )
}

/** A copy of the chart that a test may change; it is gone when the test ends. */
export function copyOfChart(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-chart-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const part of ['Chart.yaml', 'values.yaml', 'values.schema.json', 'templates', 'charts']) {
    cpSync(join(chart, part), join(folder, part), { recursive: true })
  }
  return folder
}
