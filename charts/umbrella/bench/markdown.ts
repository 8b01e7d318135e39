import { markdownTable } from 'markdown-table'
import type { Examined } from './examine.js'
import { type Fact, type Figure, facts, met } from './facts.js'
import type { Times } from './timing.js'

/** Render time of an empty chart on the machine on which the limit was set, and the limit, in ms. */
const reference = { floor: 142, limit: 300 }

/** The first chart is the floor, the second ours. Minimum times are compared, as interference only adds. */
export function timeTable(times: readonly Times[]): string {
  const [floorName, ourName] = [...new Set(times.map(({ chart }) => chart))]
  const least = (figure: 'wall' | 'cpu', one: Times, chart: string | undefined = one.chart) =>
    Math.min(...(times.find(other => other.chart === chart && other.helm === one.helm)?.[figure] ?? []))
  const scaled = (one: Times) => (least('wall', one) / least('wall', one, floorName)) * reference.floor
  const ratio = (one: Times, figure: 'wall' | 'cpu', to?: string) =>
    `${(least(figure, one) / least(figure, one, to)).toFixed(2)}×`
  const heading = [
    ...['rendered', 'helm', 'wall, minimum', 'median', 'CPU, minimum', 'median'],
    ...['wall / floor', 'CPU / floor', `wall where the floor is ${reference.floor} ms`, 'wall / Bluecore'],
  ]
  const rows = times.map(one => [
    one.chart,
    one.helm === 'helm' ? '4' : '3',
    ...[least('wall', one), median(one.wall), least('cpu', one), median(one.cpu)].map(milliseconds),
    ratio(one, 'wall', floorName),
    ratio(one, 'cpu', floorName),
    milliseconds(scaled(one)),
    ratio(one, 'wall', ourName),
  ])
  const slowest = Math.max(...times.filter(({ chart }) => chart === ourName).map(scaled))
  const verdict = slowest <= reference.limit ? 'met' : '**missed**'
  return [
    '## Rendering',
    markdownTable([heading, ...rows]),
    '',
    `Goal for ours, with either helm: ≤ ${reference.limit} ms where the floor is ${reference.floor} ms: ${verdict}.`,
  ].join('\n')
}

/** The first chart is ours; the goals apply to it, the others are for comparison. */
export function factTable(charts: readonly Examined[]): string {
  const [ours, ...others] = charts
  if (!ours) return ''
  const heading = ['', ours.name, 'goal', ...others.map(({ name }) => name)]
  const rows = facts.map(fact => [
    fact.title,
    text(fact.of(ours), fact.unit),
    goal(fact, ours),
    ...others.map(other => text(fact.of(other), fact.unit)),
  ])
  return `## What the defaults ask for\n${markdownTable([heading, ...rows])}`
}

function goal(fact: Fact, chart: Examined): string {
  const verdict = met(fact, chart)
  if (verdict === undefined) return ''
  return `${wanted(fact, fact.of(chart))}: ${verdict ? 'met' : '**missed**'}`
}

function wanted({ goal, unit = '' }: Fact, figure: Figure): string {
  if (typeof figure === 'boolean') return 'yes'
  if (typeof figure === 'object') return 'all'
  return goal === 0 ? 'none' : `≤ ${goal} ${unit}`.trim()
}

function text(figure: Figure, unit = ''): string {
  if (typeof figure === 'boolean') return figure ? 'yes' : 'no'
  if (typeof figure === 'object') return `${figure.part} of ${figure.all}`
  return `${Number(figure.toFixed(2))} ${unit}`.trim()
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
}
