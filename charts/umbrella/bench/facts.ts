import {
  hasResources,
  hasThreeProbes,
  isPrivileged,
  isRestricted,
  type Placed,
  placed,
} from '../testing/containers.js'
import type { KubeObject } from '../testing/objects.js'
import { type Examined, registry } from './examine.js'
import { requested } from './requests.js'

/** A number, yes or no, or a share. */
export type Figure = number | boolean | { part: number; all: number }

export interface Fact {
  title: string
  unit?: string
  of(chart: Examined): Figure
  /** The maximum of a number; without it a share must be complete and a boolean true. "none": informative only. */
  goal?: number | 'none'
}

const lasting = (chart: Examined, holds?: (one: Placed) => boolean) =>
  share(
    placed(chart.objects).filter(one => one.lasting),
    holds,
  )
const oneShot = (chart: Examined, holds?: (one: Placed) => boolean) =>
  share(
    placed(chart.objects).filter(one => !one.lasting),
    holds,
  )
const keeps = ({ metadata }: KubeObject) => metadata.annotations?.['helm.sh/resource-policy'] === 'keep'

export const facts: Fact[] = [
  { title: 'objects', of: ({ objects }) => objects.length, goal: 45 },
  { title: 'pods that stay', of: ({ objects }) => requested(objects).pods, goal: 6 },
  { title: '– CPU they request', unit: 'cores', of: ({ objects }) => requested(objects).cpu, goal: 'none' },
  { title: '– memory they request', unit: 'MiB', of: ({ objects }) => requested(objects).memory, goal: 3072 },
  {
    title: 'long-running containers with requests and a limit of memory',
    of: chart => lasting(chart, hasResources),
  },
  { title: '– with startup, readiness and liveness probe', of: chart => lasting(chart, hasThreeProbes) },
  { title: '– restricted, their root read-only', of: chart => lasting(chart, isRestricted) },
  {
    title: 'one-shot containers with requests and a limit of memory',
    of: chart => oneShot(chart, hasResources),
  },
  { title: '– restricted, their root read-only', of: chart => oneShot(chart, isRestricted) },
  {
    title: 'privileged containers',
    of: ({ objects }) => placed(objects).filter(isPrivileged).length,
    goal: 0,
  },
  { title: 'two renderings are identical', of: chart => chart.sameTwice },
  { title: 'helm 3 and helm 4 render the same', of: chart => chart.sameWithHelm3 },
  {
    title: 'pods that a new version of the chart alone restarts',
    of: chart => chart.restarted.length,
    goal: 0,
  },
  {
    title: 'images that global.imageRegistry moves',
    of: ({ elsewhere, objects }) => ({
      part: elsewhere?.filter(image => image.startsWith(`${registry}/`)).length ?? 0,
      all: placed(objects).length,
    }),
  },
  {
    title: 'volumes, claims and Secrets that stay when the release goes',
    of: ({ objects }) =>
      share(
        objects.filter(({ kind }) => /^(PersistentVolume|Secret)/.test(kind)),
        keeps,
      ),
  },
  { title: 'values.schema.json', unit: 'KB', of: ({ schema }) => schema / 1_000, goal: 100 },
  { title: 'the longest template', unit: 'lines', of: chart => chart.longestTemplate, goal: 120 },
]

/** Whether the goal is met; undefined without a goal. */
export function met({ of, goal }: Fact, chart: Examined): boolean | undefined {
  const figure = of(chart)
  if (goal === 'none') return undefined
  if (typeof figure === 'number') return figure <= (goal ?? 0)
  return typeof figure === 'boolean' ? figure : figure.part === figure.all
}

/** Every figure of a chart, for `--json`. */
export function figures(chart: Examined) {
  return { name: chart.name, facts: facts.map(fact => ({ title: fact.title, figure: fact.of(chart) })) }
}

/** How many goals the chart misses. */
export function missed(chart: Examined): number {
  return facts.filter(fact => met(fact, chart) === false).length
}

function share<T>(all: readonly T[], holds: (one: T) => boolean = () => true): Figure {
  return { part: all.filter(holds).length, all: all.length }
}
