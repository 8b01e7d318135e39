import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { renderText } from '../testing/helm.js'
import { containers, type KubeObject, parse, pods } from '../testing/objects.js'
import type { Contestant } from './floor.js'

/** Properties of a chart rendered with its default values. */
export interface Examined {
  name: string
  objects: KubeObject[]
  sameTwice: boolean
  sameWithHelm3: boolean
  /** Images with `global.imageRegistry` set; undefined if the chart has no such value. */
  elsewhere?: string[] | undefined
  /** Long-running pods whose template changes with the chart's version, except those that differ in every run. */
  restarted: string[]
  /** Size in bytes; 0 without one. */
  schema: number
  /** Lines of the longest template of the chart and its subcharts. */
  longestTemplate: number
}

export const registry = 'registry.example:5000'

export async function examine({ name, folder }: Contestant): Promise<Examined> {
  const [text, again, helm3, moved, newer] = await Promise.all([
    renderText({}, { folder }),
    renderText({}, { folder }),
    renderText({}, { folder, helm: 'helm3' }),
    renderText({ global: { imageRegistry: registry } }, { folder }).catch(() => undefined),
    newerVersion(folder),
  ])
  const was = templates(text)
  const changes = (other: Map<string, string>) =>
    [...was.keys()].filter(pod => was.get(pod) !== other.get(pod))
  const anyway = changes(templates(again))
  const schema = statSync(join(folder, 'values.schema.json'), { throwIfNoEntry: false })
  return {
    name,
    objects: parse(text),
    sameTwice: text === again,
    sameWithHelm3: text === helm3,
    elsewhere: moved === undefined ? moved : containers(parse(moved)).map(([, { image }]) => image),
    restarted: changes(templates(newer)).filter(pod => !anyway.includes(pod)),
    schema: schema?.size ?? 0,
    longestTemplate: longestTemplate(folder),
  }
}

function templates(text: string): Map<string, string> {
  const lasting = pods(parse(text)).filter(([where]) => !/^(Job|Pod)\//.test(where))
  return new Map(lasting.map(([where, template]) => [where, JSON.stringify(template)]))
}

/** Rendered from a copy that differs only in the versions of the chart and its subcharts. */
async function newerVersion(folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'bluecore-bench-newer-'))
  try {
    cpSync(folder, copy, { recursive: true, filter: path => belongsToChart(relative(folder, path)) })
    for (const path of readdirSync(copy, { recursive: true, encoding: 'utf8' })) {
      if (basename(path) !== 'Chart.yaml') continue
      const text = readFileSync(join(copy, path), 'utf8')
      writeFileSync(join(copy, path), text.replace(/\bversion: *("[^"]*"|[^\s,}]+)/g, 'version: 99.0.0'))
    }
    return await renderText({}, { folder: copy })
  } finally {
    rmSync(copy, { recursive: true })
  }
}

function longestTemplate(folder: string): number {
  const lines = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => belongsToChart(path) && /(^|\/)templates\/.*\.(ya?ml|tpl|txt)$/.test(path))
    .map(path => readFileSync(join(folder, path), 'utf8').trimEnd().split('\n').length)
  return Math.max(0, ...lines)
}

/** The folder of our chart is also a package of the workspace. */
function belongsToChart(path: string): boolean {
  return !/(^|\/)(node_modules|dist|tests|testing|bench|\.turbo)(\/|$)/.test(path)
}
