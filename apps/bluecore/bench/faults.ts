import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { heal, LabError, status, workspaceRoot } from '@bluecore/lab'
import { Command } from 'commander'
import { report } from '../src/report.js'
import { readResults, table, writePage, writeRest, writeResult } from './page.js'
import { progress } from './progress.js'
import type { Scenario } from './scenario.js'
import { list, selected } from './select.js'

const program = new Command('npm run bench:faults --')
  .description(
    'Injects faults into the running lab, one after another, and writes docs/faults: what was expected, what happened, a picture each.\n' +
      'Exits with 1 when something was not as expected. Ctrl-C undoes the fault that is active, and keeps the results so far.',
  )
  .option('--only <list>', 'numbers or names of scenarios, with commas')
  .option('--resume', 'leave out the scenarios that have a result')
  .option('--at-rest', 'inject nothing; measure for 2 min what the sidecars and the volumes have to do')
  .option('--list', 'name the scenarios, and run none')
  .parse()
const options = program.opts<{ only?: string; resume?: true; atRest?: true; list?: true }>()

const folder = join(workspaceRoot(), 'docs/faults')

let interrupt: (error: Error) => void = () => {}
const interrupted = new Promise<never>((_, reject) => {
  interrupt = reject
})
interrupted.catch(() => {}) // whoever waits sees it
const unlessStopped = <T>(promise: Promise<T>): Promise<T> => Promise.race([promise, interrupted])

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    progress(`${signal}: healing the lab; once more to leave it as it is`)
    interrupt(new LabError(`stopped by ${signal}`, [], 'npm run bench:faults -- --resume'))
  })

try {
  if (process.getuid?.() !== 0)
    throw new LabError('the bench looks at all processes of this machine, which only root may', [], 'sudo -i')
  // They look for the lab when they are loaded.
  const { scenarios } = await import('./scenarios.js')
  const chosen = selected(scenarios, options.only).filter(
    ({ name }) => !options.resume || !(name in readResults(folder)),
  )
  if (options.list) console.log(list(chosen))
  else if (options.atRest) {
    const { atRest } = await import('./at-rest.js')
    writeRest(folder, scenarios, await atRest(() => unlessStopped(sleep(120_000))))
  } else {
    await status() // says so if nothing answers
    writePage(folder, scenarios)
    await runAll(chosen, scenarios)
  }
} catch (error) {
  report(error)
  process.exitCode = 1
} finally {
  // What an interrupted scenario still waits for is not waited for.
  if (!options.list) setTimeout(() => process.exit(), 1_000)
}

async function runAll(chosen: readonly Scenario[], all: readonly Scenario[]): Promise<void> {
  const { runScenario } = await import('./scenario.js')
  for (const [index, scenario] of chosen.entries()) {
    progress(`${index + 1} of ${chosen.length}: ${scenario.title}. Expected: ${scenario.outcome}`)
    try {
      const { result, timeline } = await runScenario(scenario, {
        heal: () => heal(),
        progress,
        unlessStopped,
      })
      writeResult(folder, all, scenario, result, timeline)
      progress(result.missed.length === 0 ? 'as expected' : `MISSED: ${result.missed.join('; ')}`)
      if (result.missed.length > 0) process.exitCode = 1
    } catch (error) {
      await unlessStopped(sleep(0))
      progress(`${scenario.name} could not be finished`)
      report(error)
      process.exitCode = 1
    }
  }
  console.log(table(chosen, readResults(folder)))
}
