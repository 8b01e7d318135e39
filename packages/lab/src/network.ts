import { docker, hasNetwork } from './docker.js'
import { ask, privileged, run } from './exec.js'
import { labelKey, network, ranges, server } from './layout.js'

/** The lab's network, and this machine's routes to pods and services, like those of the router of a site. */
export async function ensureNetwork(): Promise<void> {
  if (!(await hasNetwork(network.name))) {
    await docker(
      [
        'network',
        'create',
        '--subnet',
        network.subnet,
        '--gateway',
        network.gateway,
        '--opt',
        `com.docker.network.bridge.name=${network.bridge}`,
        '--label',
        `${labelKey}=network`,
        network.name,
      ],
      { todo: `if ${network.subnet} is in use on this machine, the lab cannot run here` },
    )
  }
  for (const range of [ranges.pods, ranges.services]) {
    await run(...privileged('ip', ['route', 'replace', range, 'via', server.ip]))
  }
}

/** Removes what `ensureNetwork` created; no container may be connected any more. */
export async function removeNetwork(): Promise<void> {
  for (const range of [ranges.pods, ranges.services]) {
    const route = await ask('ip', ['route', 'show', range, 'via', server.ip])
    if (!route) continue
    await run(...privileged('ip', ['route', 'del', range, 'via', server.ip]))
  }
  if (await hasNetwork(network.name)) await docker(['network', 'rm', network.name])
}
