import { ensureEngine, StoppedError } from '@bluecore/lab'
import { Command } from 'commander'
import { down } from './down.js'
import { faultCommand } from './fault.js'
import { report } from './report.js'
import { showStatus } from './show-status.js'
import { stopOnSignals } from './signals.js'
import { up } from './up.js'

const program = new Command('bluecore').description(
  'Self-healing Misskey on k3s and a NAS: the whole system in a lab on this machine.',
)

program
  .command('up')
  .description(
    'npm start: build everything, start or repair the lab, install the chart, post a note and search for it',
  )
  .option('--built', 'do not build the images: they were built before')
  .action(options => up(options))
program
  .command('engine')
  .description('start the Docker engine if none answers; npm stop ends it')
  .action(async () => console.log(`Docker engine: ${await ensureEngine()}`))
program
  .command('status')
  .description('npm run status: what is running')
  .option('--json', 'for scripts: nodes, pods, services, kubeconfig, urls')
  .action(options => showStatus(options))
program
  .command('down')
  .description('npm stop: remove the lab, with its data')
  .option('--caches', 'also the compiled binaries and the images, which make the next start quick')
  .action(options => down(options))
program
  .command('lab')
  .description('npm run lab: do something to the lab that runs')
  .addCommand(faultCommand())

stopOnSignals()
try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof StoppedError)) {
    report(error)
    process.exitCode = 1
  }
}
