import { helm } from '../src/commands.js'
import { chart } from './own-release.js'
import { servers } from './pods.js'

/** The Deployments of the standbys. */
export const standbys: readonly string[] = servers.map(({ name }) => `${name}-2`)

/** Gives each server of the lab's release a standby, or takes them away. */
export async function setReplicas(count: 1 | 2, more: readonly string[] = []): Promise<void> {
  // The selector of a Service is the sidecars' while there is a standby.
  const force = count === 1 ? ['--force-conflicts'] : []
  const each = ['postgresql', 'redis', 'elasticsearch'].flatMap(name => [
    '--set',
    `${name}.replicas=${count}`,
  ])
  await helm(['upgrade', 'bluecore', chart, '--reuse-values', ...force, ...each, ...more])
}
