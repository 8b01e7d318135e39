import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LabError } from './lab-error.js'

/** Version of Kubernetes; go/hyperkube/go.mod requires the same. */
export const kubernetesVersion = '1.34.4'

/** The default ranges of k3s. */
export const ranges = {
  pods: '10.42.0.0/16',
  services: '10.43.0.0/16',
  dns: '10.43.0.10',
  domain: 'cluster.local',
}

/** The lab's network: a bridge of the Docker engine, which outlives an engine that was killed. */
export const network = {
  name: 'bluecore',
  bridge: 'bluecore0',
  subnet: '172.31.40.0/24',
  gateway: '172.31.40.1',
}

export interface LabNode {
  name: string
  role: 'server' | 'agent'
  ip: string
}

export const nodes: readonly LabNode[] = [
  { name: 'server', role: 'server', ip: '172.31.40.10' },
  { name: 'worker1', role: 'agent', ip: '172.31.40.11' },
  { name: 'worker2', role: 'agent', ip: '172.31.40.12' },
  { name: 'worker3', role: 'agent', ip: '172.31.40.13' },
]

export const server = nodes[0] as LabNode

export const apiUrl = `https://${server.ip}:6443`

/** Registry and NAS of the site, with the names that the chart's default values use. */
export const registry = {
  host: 'registry.bluecore.internal',
  ip: '172.31.40.5',
  port: 5000,
  user: 'bluecore',
}
export const nas = { host: 'nfs.bluecore.internal', ip: '172.31.40.6' }

/** Where the chart is installed; the lab's kubeconfig names it, so helm needs no flag. */
export const namespace = 'bluecore'

/** Name of a machine's container. Every container, volume and network of the lab carries this prefix or `labelKey`. */
export const containerName = (machine: string): string => `bluecore-${machine}`

/** Label on everything that the lab creates in the engine; its value is a digest of the object's inputs. */
export const labelKey = 'internal.bluecore.lab'

/** Port of the registry on this machine's loopback, for `docker push`. */
export function registryPort(): number {
  const text = process.env.BLUECORE_REGISTRY_PORT
  if (text === undefined || text === '') return 5000
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new LabError(`BLUECORE_REGISTRY_PORT is "${text}": give a port number from 1 to 65535`)
  }
  return port
}

/** Top folder of the checkout that this code belongs to, bundled or not. */
export function workspaceRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(dir, 'pnpm-workspace.yaml'))) {
    const parent = dirname(dir)
    if (parent === dir)
      throw new LabError('not inside a Bluecore checkout: no pnpm-workspace.yaml above this program')
    dir = parent
  }
  return dir
}

/** Folder of the lab's own sources: Go modules, image folders, manifests. */
export const labSources = (...parts: string[]): string => join(workspaceRoot(), 'packages/lab', ...parts)

/** What the lab keeps between commands: certificates, kubeconfig, passwords, what was installed last. A machine has one lab. */
export function statePath(...parts: string[]): string {
  const home = process.env.XDG_STATE_HOME || join(homedir(), '.local/state')
  return join(home, 'bluecore/lab', ...parts)
}
