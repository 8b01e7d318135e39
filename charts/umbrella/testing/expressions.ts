import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { chart } from './helm.js'

/** One file of alerts/. */
export interface Rule {
  alert: string
  expr: string
  for: string
  labels: Record<string, string>
  annotations: Record<'summary' | 'description' | 'runbook', string>
}

/** The rules by the names of their files. */
export function rules(): [name: string, Rule][] {
  const folder = join(chart, 'alerts')
  return readdirSync(folder).map(file => [
    file.replace(/\.yaml$/, ''),
    parse(readFileSync(join(folder, file), 'utf8')),
  ])
}

export interface Panel {
  id: number
  title: string
  datasource: { type: string; uid: string }
  gridPos: Record<'x' | 'y' | 'w' | 'h', number>
  targets: { expr: string }[]
}

export const dashboard: { title: string; panels: Panel[] } = JSON.parse(
  readFileSync(join(chart, 'dashboards/bluecore.json'), 'utf8'),
)

const query = /query \(printf\s+"([^"]*)"\s+([^)]*)\)/g

/** All that is asked of Prometheus, with its place: rules, the queries in their descriptions, and panels. */
export function expressions(): [where: string, expr: string][] {
  return [
    ...rules().flatMap(([name, { expr, annotations }]): [string, string][] => [
      [`alert ${name}`, expr],
      ...[...annotations.description.matchAll(query)].map(
        ([, format = '', values = '']): [string, string] => {
          const rest = values.match(/\S+/g) ?? []
          return [
            `description of ${name}`,
            format.replaceAll('%q', () => rest.shift()?.replace(/^\$.*/, '"x"') ?? ''),
          ]
        },
      ),
    ]),
    ...dashboard.panels.flatMap(({ title, targets }) =>
      targets.map(({ expr }): [string, string] => [
        `panel ${title}`,
        expr.replaceAll('$namespace', 'home').replaceAll('$__rate_interval', '5m'),
      ]),
    ),
  ]
}

/** What a selector asks for: `redis_up{check="a"}`. */
export interface Selector {
  name: string
  /** Label, operator and value of each matcher. */
  matchers: [label: string, operator: string, value: string][]
}

const quoted = /"(?:[^"\\]|\\.)*"/.source
const token = new RegExp(
  [
    quoted,
    /\b(?:by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/.source, // labels
    /\d[\w.]*|\[[^\]]*\]/.source, // numbers and times
    `([a-zA-Z_:][\\w:]*)(\\s*\\(|\\s+(?:by|without)\\s*\\([^)]*\\))?(?:\\{((?:[^}"]|${quoted})*)\\})?`,
  ].join('|'),
  'g',
)
const keywords = new Set(['and', 'or', 'unless', 'bool', 'offset'])

/** The selectors of an expression that promtool has accepted. */
export function selectors(expr: string): Selector[] {
  return [...expr.matchAll(token)].flatMap(([, name, call, matchers = '']) => {
    if (!name || call || keywords.has(name)) return []
    const found = [...matchers.matchAll(new RegExp(`(\\w+)\\s*(=~|!~|!=|=)\\s*(${quoted})`, 'g'))]
    return [
      {
        name,
        matchers: found.map(([, label = '', is = '', value = '""']) => [label, is, JSON.parse(value)]),
      },
    ]
  })
}
