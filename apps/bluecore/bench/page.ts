// docs/faults: the result of the last run of each scenario, as data and as a picture, and a page of all.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { type Rest, type Result, serverNames, titles } from './judge.js'
import { machine, measuredOn } from './machine.js'
import type { Scenario } from './scenario.js'
import { type Timeline, timelinePicture } from './timeline.js'

/** What the page says of a scenario. */
export type Told = Pick<Scenario, 'numbers' | 'name' | 'title' | 'outcome' | 'expected'>

type Named = Pick<Scenario, 'numbers' | 'name'>

const fileName = ({ numbers, name }: Named, type: 'json' | 'svg') =>
  `${String(numbers[0]).padStart(2, '0')}-${name}.${type}`

export const pictureName = (scenario: Named) => fileName(scenario, 'svg')

/** The results so far, by name of the scenario. */
export function readResults(folder: string): Record<string, Result> {
  const files = existsSync(folder) ? readdirSync(folder).filter(file => /^\d+-.*\.json$/.test(file)) : []
  const results: Result[] = files.map(file => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  return Object.fromEntries(results.map(result => [result.name, result]))
}

/** Replaces the result of a scenario, with its picture, and writes the page anew. */
export function writeResult(
  folder: string,
  all: readonly Told[],
  scenario: Told,
  result: Result,
  timeline: Timeline,
): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, fileName(scenario, 'json')), `${JSON.stringify(result, undefined, 2)}\n`)
  writeFileSync(join(folder, pictureName(scenario)), timelinePicture(timeline))
  writePage(folder, all)
}

/** What was measured at rest, with a lease and without. */
function readRest(folder: string): Rest[] {
  const file = join(folder, 'at-rest.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

/** Replaces what was measured at rest with the lease as it was, and writes the page anew. */
export function writeRest(folder: string, all: readonly Told[], rest: Rest): void {
  const both = [...readRest(folder).filter(({ lease }) => lease !== rest.lease), rest]
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'at-rest.json'), `${JSON.stringify(both, undefined, 2)}\n`)
  writePage(folder, all)
}

/** Writes README.md from the results. */
export function writePage(folder: string, all: readonly Told[]): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'README.md'), page(all, readResults(folder), machine(), readRest(folder)))
}

const columns = ['#', 'fault', 'expected', 'without PostgreSQL, Redis, Elasticsearch', 'started again']
const more = ['acknowledged', 'lost', 'two servers', 'result']

/** The table: a line for each scenario, also for those that have not been run. */
export function table(all: readonly Told[], results: Record<string, Result>): string {
  const rows = all.map(scenario => {
    const result = results[scenario.name]
    const number = scenario.numbers.join(', ')
    if (!result) return [number, scenario.title, scenario.outcome, ...Array(5).fill(''), 'not run']
    const each = (of: (server: (typeof serverNames)[number]) => number | string) =>
      serverNames.map(of).join(' / ')
    const sum = (figures: Record<string, number>) =>
      Object.values(figures).reduce((one, other) => one + other, 0)
    const verdict = result.missed.length === 0 ? 'as expected' : `**${result.missed.join('; ')}**`
    return [
      number,
      `[${scenario.title}](${pictureName(scenario)})`,
      scenario.outcome,
      `${each(server => result.down[server].toFixed(1))} s`,
      each(server => result.restarts[server]),
      String(sum(result.acknowledged)),
      String(sum(result.lost)),
      `${(Math.max(...Object.values(result.overlap)) / 1_000).toFixed(1)} s`,
      [verdict, ...result.notes].join('; '),
    ]
  })
  return markdownTable([[...columns, ...more], ...rows])
}

const atRest = (rests: readonly Rest[]) => `
## At rest
What a server's pod does while nothing happens, over ${rests[0]?.seconds} s (\`npm run bench:faults -- --at-rest\`): operations on the
volume as the lab's client counts them, the server's own and the health check's included, and those of them for which a kernel's
NFSv3 client would send a request (without what it has in its cache); CPU time of the sidecar with its child process, and memory
of their own. A renewal every 2 s opens three files and writes 512 bytes.

${restTable(rests)}
`

/** A line for each server, with a lease and without. */
function restTable(rests: readonly Rest[]): string {
  const heading = [
    'server',
    'lease',
    'operations on the volume',
    'requests to the NAS',
    'CPU of the sidecar',
    'memory of the sidecar',
  ]
  const rows = serverNames.flatMap(server =>
    rests.map(({ lease, servers }) => {
      const { operations, requests, cpuPercent, mebibytes } = servers[server]
      const figures = [
        `${operations.toFixed(1)}/s`,
        `${requests.toFixed(1)}/s`,
        `${cpuPercent.toFixed(1)} % of a core`,
        `${mebibytes.toFixed(0)} MiB`,
      ]
      return [titles[server], lease ? 'on' : 'off', ...figures]
    }),
  )
  return markdownTable([heading, ...rows])
}

/** README.md. @param machine what it was measured on @param rests what was measured at rest */
export function page(
  all: readonly Told[],
  results: Record<string, Result>,
  machine: string,
  rests: readonly Rest[] = [],
): string {
  const dates = Object.values(results).map(({ date }) => date.slice(0, 10))
  const measured =
    dates.length === 0
      ? 'No scenario has been run yet.'
      : `Measured ${measuredOn(dates)} in the lab, on ${machine}, shared with other work; one run each.`
  return `# Faults

\`npm run bench:faults\` injects faults into the running lab, one after another, and compares what happens with what should.
\`npm run bench:faults -- --list\` names the scenarios, \`-- --only 3,7\` runs some of them. \`npm run lab -- fault --help\` has the
faults by hand.

## How it is measured
- A client for each server writes five times a second at most, each time on a new connection to its Service, and notes what was
  acknowledged, when, and by which process. Acknowledged means on the volume: PostgreSQL commits, Elasticsearch syncs its
  translog, and Redis is set to \`appendfsync always\` by its client. The clients and the API server are on a node that the faults
  leave alone.
- Each scenario starts with pods whose containers have not been restarted: kubelet waits longer before each further restart in the
  same pod, up to 5 min.
- **Without** a server: the longest time between two acknowledged writes, the client's own pause of 0.2 s included.
- **Started again**: how many other processes acknowledged writes afterwards.
- **Lost**: what was acknowledged, and is not there at the end.
- **Two servers**: the time during which two live server processes had a volume open, as seen by the machine every 0.5 s, or
  acknowledged writes in turns. A process that has SIGKILL pending, or is exiting, does not count: it runs no more, and the kernel
  keeps it until the volume answers. What it had sent to the NAS before may still arrive: see
  [one writer](../one-writer.md). The pictures show it as killed.
- The pictures have one time axis: what was done, each server's pods with the epoch of the lease that they took, and the
  acknowledged writes in each second.

## Results
${measured}

${table(all, results)}
${rests.length === 0 ? '' : atRest(rests)}
## Tested elsewhere
| # | fault | where |
| --- | --- | --- |
| 18 | two candidates claim at once | [step.test.ts](../../packages/lease/src/step.test.ts), [files.test.ts](../../packages/lease/src/files.test.ts) |
| 19 | clocks that drift by 10 % | [step.test.ts](../../packages/lease/src/step.test.ts) |
| 31 | wrong timings, no guard, a heartbeat or a claim that is not read again | [timings.test.ts](../../packages/lease/src/timings.test.ts), [step.test.ts](../../packages/lease/src/step.test.ts): the simulation then finds two servers |
| 32 | what a second release on the same volume is told | [second-release.test.ts](../../apps/bluecore/test/parallel/second-release.test.ts) |
`
}
