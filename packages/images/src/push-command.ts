import type { Command } from 'commander'
import { ImagesError } from './images-error.js'
import { type Published, publish } from './publish.js'

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
    .option('--move', 'move tags that point to a different image instead of refusing')
    .option('--no-sbom', 'attach no SBOMs')
    .option('--json', 'what was done, as JSON')
    .description(
      'push what was built, under all its names, with SBOMs; signed when COSIGN_KEY names a key (its password: COSIGN_PASSWORD). ' +
        'Logs in with the Docker configuration (docker login)',
    )
    .action(async (folder: string, options) => {
      const { move, sbom, json } = options
      const registry = chosenRegistry(options.registry, env)
      const key = env.COSIGN_KEY
      const log = (text: string) => console.error(text)
      const published = await publish(folder, { registry, move, sbom, log, ...(key && { key }) })
      console.log(json ? JSON.stringify(published, null, 2) : published.map(line).join('\n'))
    })
}

function line({ name, digest, kept, sbom, signature }: Published): string {
  const notes = [
    kept ? 'there already' : 'pushed',
    ...(sbom ? [`SBOM ${sbom === 'there' ? 'there already' : sbom}`] : []),
    ...(signature ? [signature === 'made' ? 'signed' : 'signed already'] : []),
  ]
  return `${name}@${digest} ${notes.join(', ')}`
}
