import { docker, removeContainer } from './docker.js'
import { containerName, labelKey } from './layout.js'

/** Name of a volume of the lab. */
const volumeName = (machine: string): string => `${containerName(machine)}-data`

/** Creates a volume with the lab's label, so that `npm stop` finds it. */
export async function ensureVolume(machine: string): Promise<string> {
  await docker(['volume', 'create', '--label', `${labelKey}=volume`, volumeName(machine)])
  return volumeName(machine)
}

/** Removes machines with the volumes that hold their data. */
export async function removeVolumes(machines: readonly string[]): Promise<void> {
  for (const machine of machines) {
    await removeContainer(containerName(machine))
    await docker(['volume', 'rm', '--force', volumeName(machine)])
  }
}
