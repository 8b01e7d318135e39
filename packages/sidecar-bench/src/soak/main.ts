import { Command } from 'commander'
import { withCleanup } from '../cleanup.js'
import { checkNeeds, parseServers } from '../needs.js'
import { writeFigures } from '../page.js'
import { startServer } from '../servers/index.js'
import { injectFaults } from './fault-loop.js'
import { report } from './report.js'

const page = 'docs/bench/soak.md'

const options = new Command('npm run soak:sidecars --')
  .description(
    'Run our sidecars while their servers crash, freeze and fail; exits with 1 when one of them grew.',
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
  const records = await Promise.all(
    names.map(async name => {
      const server = await startServer(name)
      return {
        name,
        record: await injectFaults(server, Number(options.minutes), line => console.error(line)),
      }
    }),
  )
  const { text, grew } = report(records)
  console.log(options.json ? JSON.stringify(records, null, 2) : text)
  if (options.write) writeFigures(page, `${options.minutes} minutes`, text)
  if (grew) process.exitCode = 1
})
