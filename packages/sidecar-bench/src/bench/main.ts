import { writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { withCleanup } from '../cleanup.js'
import { checkNeeds, parseServers } from '../needs.js'
import { writeFigures } from '../page.js'
import { startServer } from '../servers/index.js'
import { bundleSidecar } from '../sidecar.js'
import { markdown } from './markdown.js'
import { picture } from './picture.js'
import { type Contestant, round } from './round.js'
import { createSamples } from './samples.js'

const progress = (line: string) => console.error(line)

const page = 'docs/bench/sidecars'

const options = new Command('npm run bench:sidecars --')
  .description(
    'Our sidecars, the usual exporters and exec probes side by side, with real servers. Takes about 4 min a round.',
  )
  .option('--servers <names>', 'only these of postgres,redis,elasticsearch', 'postgres,redis,elasticsearch')
  .option('--rounds <n>', 'the figures are medians over them', '3')
  .option('--idle-seconds <n>', 'before memory at rest is read', '60')
  .option('--flags <flags>', "of the sidecars' Node.js instead of the image's, to compare: '--lite-mode'")
  .option('--json', 'print every figure of every round')
  .option('--write', 'write docs/bench/sidecars.md and its picture')
  .parse()
  .opts()

await withCleanup(async () => {
  const names = parseServers(options.servers)
  checkNeeds(names, 'bench')
  const samples = createSamples()
  const contestants: Contestant[] = []
  for (const name of names) {
    progress(`starting ${name}`)
    const server = await startServer(name)
    contestants.push({
      server,
      subject: 'sidecar',
      command: bundleSidecar(server, options.flags?.split(' ')),
    })
    contestants.push({ server, subject: 'exporter', command: server.exporter })
  }
  for (let number = 1; number <= Number(options.rounds); number++) {
    await round(contestants, samples, {
      idleSeconds: Number(options.idleSeconds),
      progress: line => progress(`round ${number} of ${options.rounds}: ${line}`),
    })
  }
  const tables = markdown(names, samples)
  console.log(options.json ? JSON.stringify(samples.all(), null, 2) : tables)
  if (!options.write) return
  writeFigures(
    `${page}.md`,
    Number(options.rounds) === 1 ? 'one round' : `medians of ${options.rounds} rounds`,
    tables,
  )
  writeFileSync(`${page}.svg`, await picture(names, samples))
})
