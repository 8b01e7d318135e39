import { ensureEngine } from '@bluecore/lab'
import { Command } from 'commander'
import { down } from './down.js'
import { report } from './report.js'
import { showStatus } from './show-status.js'
import { up } from './up.js'

const program = new Command('bluecore').description(
  'A home Misskey that heals itself: the whole system in a lab on this machine.',
)

program
  .command('up')
  .description(
    'npm start: build everything, bring the lab up or repair it, install the chart, post a note and find it',
  )
  .action(() => up())
program
  .command('engine')
  .description('start the Docker engine if none answers; npm stop ends it')
  .action(async () => console.log(`Docker engine: ${await ensureEngine()}`))
program
  .command('status')
  .description('npm run status: what runs')
  .option('--json', 'for scripts: nodes, pods, services, kubeconfig, urls')
  .action(options => showStatus(options))
program
  .command('down')
  .description('npm stop: remove the lab, with its data')
  .option('--caches', 'also the compiled binaries and the images, from which the next start is quick')
  .action(options => down(options))

try {
  await program.parseAsync()
} catch (error) {
  report(error)
  process.exitCode = 1
}
