import { Command } from 'commander'
import { withCleanup } from '../cleanup.js'
import { checkNeeds, parseServers } from '../needs.js'
import { writeFigures } from '../page.js'
import { startServer } from '../servers/index.js'
import { hurt } from './patient.js'
import { report } from './report.js'

const page = 'docs/bench/soak.md'

const options = new Command('npm run soak:sidecars --')
  .description(
    'Our sidecars while their real servers die, freeze and go wrong; ends with 1 when one of them grew.',
  )
  .option('--servers <names>', 'only these of postgres,redis,elasticsearch', 'postgres,redis,elasticsearch')
  .option('--minutes <n>', 'how long', '10')
  .option('--json', 'print every figure')
  .option('--write', `write the tables into ${page}`)
  .parse()
  .opts()

await withCleanup(async () => {
  const names = parseServers(options.servers)
  checkNeeds(names, 'soak')
  const courses = await Promise.all(
    names.map(async name => {
      const server = await startServer(name)
      return { name, course: await hurt(server, Number(options.minutes), line => console.error(line)) }
    }),
  )
  const { text, grew } = report(courses)
  console.log(options.json ? JSON.stringify(courses, null, 2) : text)
  if (options.write) writeFigures(page, `${options.minutes} minutes`, text)
  if (grew) process.exitCode = 1
})
