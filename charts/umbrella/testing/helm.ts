import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { toolPath } from '@bluecore/kube-tools'
import { stringify } from 'yaml'
import { type KubeObject, parse } from './objects.js'

/** Helm 4 and Helm 3: the chart supports both. */
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

/**
 * Runs Helm.
 * @param input values for an argument `--values -`
 * @returns its standard output
 * @throws an Error with the property `stderr` when Helm exits with an error
 */
export async function run(helm: Helm, args: string[], input?: Values): Promise<string> {
  const child = promisify(execFile)(await toolPath(helm), args, { maxBuffer: 64e6 })
  child.child.stdin?.end(input ? stringify(input) : '')
  return (await child).stdout
}

/** The chart's manifests as text, by default for release `bluecore` in namespace `home`. */
export function renderText(
  values: Values = {},
  { helm = 'helm', folder = chart, release = 'bluecore', namespace = 'home' }: RenderOptions = {},
): Promise<string> {
  return run(helm, ['template', release, folder, '--namespace', namespace, '--values', '-'], values)
}

const rendered = new Map<string, Promise<KubeObject[]>>()

/**
 * The chart's objects. Equal calls share one run of Helm and its result, which must not be modified; the test files of a
 * worker share them too, as the project runs with `isolate: false`.
 */
export function render(values: Values = {}, options: RenderOptions = {}): Promise<KubeObject[]> {
  const key = JSON.stringify([values, options])
  const objects = rendered.get(key) ?? renderText(values, options).then(parse)
  rendered.set(key, objects)
  return objects
}
