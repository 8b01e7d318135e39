import { docker } from './docker.js'
import { containerName, network, nodes } from './layout.js'

/** Ends everything on a node at once, as a power failure does. @throws LabError */
export async function killNode(name: string): Promise<void> {
  await docker(['kill', containerName(name)])
}

/** Starts a node that was killed, with what is on its disk. One that runs is no error. @throws LabError */
export async function startNode(name: string): Promise<void> {
  await docker(['start', containerName(name)])
}

/**
 * Takes the network from a node: it reaches neither the API server nor the NAS nor other nodes, and nothing on it ends.
 * @param name such as worker1
 * @throws LabError
 */
export async function cutOff(name: string): Promise<void> {
  await docker(['network', 'disconnect', network.name, containerName(name)])
}

/** Gives a node its network back, with the same address. One that has it is no error. */
export async function reconnect(name: string): Promise<void> {
  const container = containerName(name)
  const connected = await docker(['inspect', container, '--format', '{{json .NetworkSettings.Networks}}'])
  if (network.name in JSON.parse(connected)) return
  const ip = nodes.find(node => node.name === name)?.ip ?? ''
  await docker(['network', 'connect', '--ip', ip, network.name, container])
}
