import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import type { KubeObject } from '../tests/objects.js'
import { containers, parse, pods, renderText } from '../tests/render.js'
import type { Contestant } from './floor.js'

/** What was seen of a chart, rendered with the values it has. */
export interface Examined {
  name: string
  objects: KubeObject[]
  sameTwice: boolean
  sameWithHelm3: boolean
  /** Images with `global.imageRegistry` set; undefined when the chart refuses it. */
  elsewhere?: string[] | undefined
  /** Pods that stay and whose template a new version of the chart alone changes, beside those that are always others. */
  restarted: string[]
  /** Bytes; 0 without one. */
  schema: number
  /** Lines of the longest file of templates, in the chart and in those below it. */
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

/** Rendered from a copy that differs in versions alone, its own and those of the charts below it. */
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

/** Our chart's folder is a package of the workspace too. */
function belongsToChart(path: string): boolean {
  return !/(^|\/)(node_modules|dist|tests|bench|\.turbo)(\/|$)/.test(path)
}
