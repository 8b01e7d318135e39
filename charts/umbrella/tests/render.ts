import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { parseAllDocuments, stringify } from 'yaml'
import type { Container, KubeObject, PodTemplate } from './objects.js'

/** helm 4 and helm 3: everything must hold for both. */
export const helms = ['helm', 'helm3'] as const
export type Helm = (typeof helms)[number]

export const chart = join(import.meta.dirname, '..')

/** Values as a user may write them: any part of values.yaml. */
export type Values = Record<string, unknown>

export interface RenderOptions {
  helm?: Helm
  /** The chart's folder or archive. */
  folder?: string
  release?: string
  namespace?: string
}

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
    test: { existingSecret: 'my-token' },
  },
  'volumes of a StorageClass, one replica': {
    postgresql: { storage: { class: 'fast' } },
    redis: { storage: { class: 'fast' } },
    elasticsearch: { storage: { class: 'fast' } },
    misskey: { replicas: 1, storage: { class: 'shared' }, config: { maxFileSize: 1_000_000 } },
  },
  'busy: as many replicas as it takes': {
    misskey: {
      url: 'https://social.example/',
      replicas: 2,
      autoscaling: { enabled: true, maxReplicas: 12, cpuPercent: 60 },
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
    },
    elasticsearch: { resources: { requests: { memory: '3Gi' }, limits: { memory: '4Gi' } } },
  },
  'watched: all of the monitoring': {
    monitoring: {
      namespace: 'observability',
      podMonitor: { enabled: true, interval: '15s', labels: { release: 'prometheus' } },
      alerts: { enabled: true, labels: { release: 'prometheus' } },
      dashboard: { enabled: true },
    },
  },
  'each server on a node of its own': {
    global: {
      priorityClassName: 'house',
      nfs: { server: '192.0.2.7', mountOptions: ['hard', 'nfsvers=4.1'] },
    },
    postgresql: { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'only', operator: 'Exists' }] },
    redis: {
      nodeSelector: { 'kubernetes.io/hostname': 'north' },
      storage: { mountOptions: ['hard', 'noatime'] },
    },
    elasticsearch: { tolerations: [{ key: 'memory', value: 'much', effect: 'NoSchedule' }] },
    misskey: { nodeSelector: { disk: 'none' }, tolerations: [{ key: 'only', operator: 'Exists' }] },
  },
  'policies that let in the house': {
    networkPolicy: {
      misskey: { from: ['192.168.1.0/24', '10.42.0.0/16'], to: ['192.168.1.25/32'] },
      servers: { from: ['192.168.1.10/32'] },
      apiServer: { cidrs: ['192.168.1.2/32', '10.43.0.1/32'], ports: [6443] },
    },
    monitoring: { podMonitor: { enabled: true } },
  },
  'policies off, own token for the test': {
    networkPolicy: { enabled: false },
    test: { existingSecret: 'my-token' },
  },
}

/** A release with a name and a namespace as long as they may be. */
const longNames: RenderOptions = { release: 'r'.repeat(53), namespace: 'n'.repeat(63) }

/** Each installation, and one under other names: for what must not depend on these either. */
export const houses: [name: string, values: Values, options?: RenderOptions][] = [
  ...Object.entries(installations).map(([name, values]): [string, Values] => [name, values]),
  ['another release in another namespace', {}, longNames],
]

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

/** The chart's manifests as text, for release `bluecore` in namespace `home` unless said otherwise. */
export function renderText(
  values: Values = {},
  { helm = 'helm', folder = chart, release = 'bluecore', namespace = 'home' }: RenderOptions = {},
): Promise<string> {
  return run(helm, ['template', release, folder, '--namespace', namespace, '--values', '-'], values)
}

const rendered = new Map<string, Promise<KubeObject[]>>()

/**
 * The chart's objects; not to be changed, as equal calls share them. Numbers such as 0440 are octal, as Kubernetes reads
 * them.
 */
export function render(values: Values = {}, options: RenderOptions = {}): Promise<KubeObject[]> {
  const key = JSON.stringify([values, options])
  const objects = rendered.get(key) ?? renderText(values, options).then(parse)
  rendered.set(key, objects)
  return objects
}

/** The objects of manifests. */
export function parse(text: string): KubeObject[] {
  return parseAllDocuments(text, { version: '1.1' })
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

/** Every pod that the objects make or are, as "Kind/name" (without the hash of a Job) and its template. */
export function pods(objects: readonly KubeObject[]): [string, PodTemplate][] {
  return objects.flatMap(({ kind, metadata, spec }): [string, PodTemplate][] => {
    const template = kind === 'Pod' ? { metadata, spec } : spec?.template
    return template?.spec ? [[`${kind}/${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`, template]] : []
  })
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
