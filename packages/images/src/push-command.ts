import type { Command } from 'commander'
import { ImagesError } from './images-error.js'
import { type Published, planPublish, publish } from './publish.js'
import { plan } from './tags.js'

/** The option that says where to push; BLUECORE_REGISTRY else. */
const registryOption = [
  '--registry <address>',
  '[http://]HOST[:PORT][/PREFIX]; else BLUECORE_REGISTRY',
] as const

/** @throws ImagesError when no registry is named */
function chosenRegistry(named: string | undefined, env: NodeJS.ProcessEnv): string {
  const registry = named || env.BLUECORE_REGISTRY
  if (registry) return registry
  throw new ImagesError(
    'no registry is named: set BLUECORE_REGISTRY to HOST[:PORT][/PREFIX], e.g. registry.example:5000/team or NAME.azurecr.io',
  )
}

export function addPush(program: Command, env: NodeJS.ProcessEnv = process.env): void {
  program
    .command('push')
    .argument('[folder]', 'folder of a built image or of a packaged chart', '.')
    .option(...registryOption)
    .option('--stand-ins', 'push the stand-ins for official images too, also under the official names')
    .option('--sample', 'push the sample under the name of Misskey, if that is what was built')
    .option('--move', 'move tags that point to a different image instead of refusing')
    .option('--dry-run', 'say what would be pushed, and what each tag points to now; send nothing')
    .option('--no-sbom', 'attach no SBOMs')
    .option('--json', 'what was done, as JSON; with --dry-run what would be')
    .description(
      'push what was built, under all its names, with SBOMs; signed when COSIGN_KEY names a key (its password: COSIGN_PASSWORD). ' +
        'Logs in with the Docker configuration (docker login)',
    )
    .action(async (folder: string, options) => {
      const { json, dryRun, ...wanted } = options
      const registry = chosenRegistry(options.registry, env)
      const key = env.COSIGN_KEY
      const log = (text: string) => console.error(text)
      const publishing = { ...wanted, registry, log, ...(key && { key }) }
      if (dryRun) {
        const planned = await planPublish(folder, publishing)
        print(planned, ({ name, from, to }) => plan(name, from, to), json)
      } else print(await publish(folder, publishing), line, json)
    })
}

function print<T>(rows: T[], text: (row: T) => string, json: boolean): void {
  if (json) console.log(JSON.stringify(rows, null, 2))
  else for (const row of rows) console.log(text(row))
}

function line({ name, digest, from, kept, sbom, signature }: Published): string {
  const notes = [
    kept ? 'there already' : 'pushed',
    ...(from ? [`was ${from}`] : []),
    ...(sbom ? [`SBOM ${sbom === 'there' ? 'there already' : sbom}`] : []),
    ...(signature ? [signature === 'made' ? 'signed' : 'signed already'] : []),
  ]
  return `${name}@${digest} ${notes.join(', ')}`
}
