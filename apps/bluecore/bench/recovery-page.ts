// docs/bench/recovery.md: how soon notes can be posted again after the node of PostgreSQL was killed, setup by setup.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from 'markdown-table'
import { machine, measuredOn } from './machine.js'
import type { Run, Setup } from './setups.js'
import { escaped, left, legend, picture, round, timeGrid, xOf } from './svg.js'

/** What was measured of a setup. */
export interface Measured {
  name: string
  /** Of its last run, such as 2026-11-30. */
  date: string
  runs: readonly Run[]
}

/** Replaces what was measured of a setup before, and writes page and picture anew. @param folder docs/bench */
export function writeMeasured(folder: string, setups: readonly Setup[], measured: Measured): void {
  const file = join(folder, 'recovery.json')
  const before: Measured[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
  const all = setups.flatMap(({ name }) =>
    name === measured.name ? measured : (before.find(one => one.name === name) ?? []),
  )
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`)
  writeFileSync(join(folder, 'recovery.svg'), recoveryPicture(setups, all))
  writeFileSync(join(folder, 'recovery.md'), page(setups, all))
}

const titleOf = (setups: readonly Setup[], { name }: Measured) =>
  setups.find(setup => setup.name === name)?.title ?? name

function page(setups: readonly Setup[], all: readonly Measured[]): string {
  return `# Recovery

![How long without notes](recovery.svg)

\`npm run bench:recovery -- --write\` kills the node of PostgreSQL in the running lab, again and again, and writes this page;
\`-- --only standby,alone\` measures some setups and keeps the figures of the others.

- **Posted, found**: from the kill until a client has posted a note through the Service of Misskey, and has found one by a search.
- **Without a page**: the longest time in which a client, which asks every 0.25 s on a new connection and gives up after 3 s, got no
  page of Misskey.
- **Ratio**: how many times the slowest setup takes.

Measured ${measuredOn(all.map(({ date }) => date))} on ${machine()}, shared with other work.

${recoveryTable(setups, all)}
`
}

/** Side by side, in s: median (least to most), and how many times the slowest setup takes. */
export function recoveryTable(setups: readonly Setup[], all: readonly Measured[]): string {
  const slowest = Math.max(...all.map(({ runs }) => median(runs, 'found')))
  const cell = (runs: readonly Run[], figure: keyof Run) => {
    const sorted = sortedBy(runs, figure)
    return `${median(runs, figure)} (${sorted[0]}–${sorted.at(-1)})`
  }
  return markdownTable([
    [
      'the node of PostgreSQL is killed; s, median (least–most)',
      'runs',
      'a note is posted',
      'one is found',
      'without a page',
      'ratio',
    ],
    ...all.map(measured => [
      titleOf(setups, measured),
      String(measured.runs.length),
      cell(measured.runs, 'posted'),
      cell(measured.runs, 'found'),
      cell(measured.runs, 'pages'),
      `${(slowest / median(measured.runs, 'found')).toFixed(1)}×`,
    ]),
  ])
}

const sortedBy = (runs: readonly Run[], figure: keyof Run) =>
  runs.map(run => run[figure]).sort((one, other) => one - other)

const median = (runs: readonly Run[], figure: keyof Run) =>
  sortedBy(runs, figure)[Math.floor(runs.length / 2)] ?? 0

const row = 40

/** A row for each setup: its title, a bar for each run from the kill until a note is found, the part without a page in another color. */
export function recoveryPicture(setups: readonly Setup[], all: readonly Measured[]): string {
  const seconds = Math.max(1, ...all.flatMap(({ runs }) => runs.map(({ found }) => found)))
  const top = 56
  const parts = all.flatMap((measured, index) => {
    const y = top + index * row
    const { runs, name } = measured
    const height = round((row - 20) / runs.length)
    const bar = (kind: string, run: Run, until: number, place: number) =>
      `<rect class="${kind}" x="${left}" y="${round(y + 16 + place * height)}" width="${round(xOf(until, seconds) - left)}" height="${round(height * 0.7)}"><title>posted ${run.posted} s, found ${run.found} s, without a page ${run.pages} s</title></rect>`
    return [
      `<text x="${left - 10}" y="${y + 28}" text-anchor="end">${escaped(name)}: ${median(runs, 'found')} s</text>`,
      `<text class="small" x="${left}" y="${y + 11}">${escaped(titleOf(setups, measured))}</text>`,
      ...runs.flatMap((run, place) => [
        bar('running', run, run.found, place),
        bar('fault', run, Math.min(run.pages, run.found), place),
      ]),
    ]
  })
  const bottom = top + all.length * row
  const keys = legend([
    ['running', 'until a note is found'],
    ['fault', 'longest without a page'],
  ])
  const title = 'The node of PostgreSQL is killed: how long until a note is found, each run'
  return picture(title, bottom + 24, [...keys, ...timeGrid(seconds, top, bottom), ...parts])
}
