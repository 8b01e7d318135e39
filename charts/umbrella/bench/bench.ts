import { Command, InvalidArgumentError } from 'commander'
import { chart } from '../testing/helm.js'
import { examine } from './examine.js'
import { figures, missed } from './facts.js'
import { type Contestant, withFloor } from './floor.js'
import { factTable, timeTable } from './markdown.js'
import { writeFigures } from './page.js'
import { measure } from './timing.js'

const options = new Command('npm run bench:chart --')
  .description(
    'Render time of the chart compared with an empty one, and what its defaults require of a cluster.\n' +
      'Exits with 1 when a goal of the second table is missed; timings of a shared machine do not count.',
  )
  .option('--rounds <n>', 'how often each chart is rendered', positive, 10)
  .option('--beside <name=path>', 'another chart, with its default values; repeatable', named, [])
  .option('--json', 'print all figures as JSON')
  .option('--write', 'write docs/bench/chart.md')
  .parse()
  .opts<{ rounds: number; beside: Contestant[]; json?: true; write?: true }>()

const charts: Contestant[] = [{ name: 'Bluecore', folder: chart }, ...options.beside]
await withFloor(charts, async floor => {
  const times = await measure([floor, ...charts], options.rounds)
  const examined = await Promise.all(charts.map(examine))
  const tables = `${timeTable(times)}\n\n${factTable(examined)}\n`
  console.log(options.json ? JSON.stringify({ times, charts: examined.map(figures) }, null, 2) : tables)
  if (options.write) await writeFigures(`${options.rounds} rounds`, tables)
  if (examined[0] && missed(examined[0]) > 0) process.exitCode = 1
}).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})

function named(text: string, before: Contestant[]): Contestant[] {
  const [, name, folder] = /^([^=]+)=(.+)$/.exec(text) ?? []
  if (!name || !folder) throw new InvalidArgumentError('Expected NAME=PATH.')
  return [...before, { name, folder }]
}

function positive(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Expected a number from 1.')
  return Number(text)
}
