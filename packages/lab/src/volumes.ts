import { docker, removeContainer } from './docker.js'
import { containerName, labelKey } from './layout.js'

/** Name of a volume of the lab. */
const volumeName = (machine: string): string => `${containerName(machine)}-data`

/** Creates a volume with the lab's label, so that `npm stop` finds it. */
export async function ensureVolume(machine: string): Promise<string> {
  await docker(['volume', 'create', '--label', `${labelKey}=volume`, volumeName(machine)])
  return volumeName(machine)
}

/** Removes a machine and the volume that holds its data. */
export async function removeWithData(machine: string): Promise<void> {
  await removeContainer(containerName(machine))
  await docker(['volume', 'rm', '--force', volumeName(machine)])
}
