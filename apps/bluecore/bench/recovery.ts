// `npm run bench:recovery`: the node of PostgreSQL is killed, again and again. How long until notes can be posted and found?
import { LabError, status } from '@bluecore/lab'
import { Command } from 'commander'
import { markdownTable } from 'markdown-table'
import { report } from '../src/report.js'
import { progress } from './progress.js'
import { type Run, type Setup, setups } from './setups.js'

const names = setups.map(({ name }) => name)
const program = new Command('npm run bench:recovery --')
  .description(
    'Kills the node of PostgreSQL in the running lab, several times for each setup of the release, and prints how long it took ' +
      `until a note could be posted, and one was found. Setups: ${names.join(', ')}.`,
  )
  .option('--only <list>', 'setups, with commas')
  .option('--runs <number>', 'of each setup', '5')
  .parse()
const options = program.opts<{ only?: string; runs: string }>()

let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted = true
    progress(`${signal}: ends after this run`)
  })

try {
  const chosen = options.only ? options.only.split(',') : names
  const unknown = chosen.filter(name => !names.includes(name))
  const runs = Number(options.runs)
  const problems = [
    ...unknown.map(name => `there is no setup ${name}: ${names.join(', ')}`),
    ...(Number.isInteger(runs) && runs > 0 ? [] : [`--runs is ${options.runs}, not a whole number above 0`]),
  ]
  if (problems.length > 0) throw new LabError(problems.join('; '), [], 'npm run bench:recovery -- --help')
  await status()
  // It looks for the lab when it is loaded.
  const { measure } = await import('./recover.js')
  const wanted = setups.filter(({ name }) => chosen.includes(name))
  console.log(tableOf(await measure(wanted, runs, progress, () => interrupted)))
} catch (error) {
  report(error)
  process.exitCode = 1
}

/** Side by side, in s: median (least to most), and how many times the slowest setup takes. */
function tableOf(results: readonly [Setup, Run[]][]): string {
  const sorted = (runs: readonly Run[], figure: keyof Run) =>
    runs.map(run => run[figure]).sort((one, other) => one - other)
  const median = (runs: readonly Run[], figure: keyof Run) =>
    sorted(runs, figure)[Math.floor(runs.length / 2)] ?? 0
  const slowest = Math.max(...results.map(([, runs]) => median(runs, 'found')))
  const cell = (runs: readonly Run[], figure: keyof Run) => {
    const all = sorted(runs, figure)
    return `${median(runs, figure)} (${all[0]}–${all.at(-1)})`
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
    ...results.map(([{ title }, runs]) => [
      title,
      String(runs.length),
      cell(runs, 'posted'),
      cell(runs, 'found'),
      cell(runs, 'pages'),
      `${(slowest / median(runs, 'found')).toFixed(1)}×`,
    ]),
  ])
}
