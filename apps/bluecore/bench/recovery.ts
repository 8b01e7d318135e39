// `npm run bench:recovery`: the node of PostgreSQL is killed, again and again. How long until notes can be posted and found?
import { join } from 'node:path'
import { LabError, status, workspaceRoot } from '@bluecore/lab'
import { Command } from 'commander'
import { report } from '../src/report.js'
import { progress } from './progress.js'
import { type Measured, recoveryTable, writeMeasured } from './recovery-page.js'
import { setups } from './setups.js'

const names = setups.map(({ name }) => name)
const program = new Command('npm run bench:recovery --')
  .description(
    'Kills the node of PostgreSQL in the running lab, several times for each setup of the release, and prints how long it took ' +
      `until a note could be posted, and one was found. Setups: ${names.join(', ')}.`,
  )
  .option('--only <list>', 'setups, with commas')
  .option('--runs <number>', 'of each setup', '5')
  .option('--write', 'the figures to docs/bench/recovery.md')
  .parse()
const options = program.opts<{ only?: string; runs: string; write?: true }>()

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
  const folder = join(workspaceRoot(), 'docs/bench')
  const measured: Measured[] = []
  for await (const one of measure(wanted, runs, progress, () => interrupted)) {
    measured.push(one)
    if (options.write) writeMeasured(folder, setups, one)
  }
  console.log(recoveryTable(setups, measured))
} catch (error) {
  report(error)
  process.exitCode = 1
}
