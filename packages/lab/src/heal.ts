import type { V1Pod } from '@kubernetes/client-node'
import { apiStopped, reconnect, resumeNode, rulesOn, startApi, startNode, stateOf } from './faults.js'
import { kube } from './kube.js'
import { LabError } from './lab-error.js'
import { nodes, server } from './layout.js'
import { mountsOf, onMounts } from './nfs-faults.js'
import { onNode } from './nodes.js'
import { podReady } from './status.js'
import { waitFor } from './wait.js'

export interface Fault {
  /** The machine: nas or a node. */
  machine: string
  /** What is wrong with it, as a participle or a rule of its NFS client. */
  what: string
}

const nasName = 'nas'

/** The machines that faults can be injected on: the NAS first, because nodes wait for it. */
export const machines: readonly string[] = [nasName, ...nodes.map(({ name }) => name)]

/** The faults that are active now, as the machines themselves show them. @throws LabError when there is no lab */
export async function activeFaults(): Promise<Fault[]> {
  return (await Promise.all(machines.map(faultsOf))).flat()
}

async function faultsOf(machine: string): Promise<Fault[]> {
  const { status, connected } = await stateOf(machine).catch(() => {
    throw new LabError(
      'there is no lab on this machine, or its Docker engine does not answer',
      [],
      'npm start',
    )
  })
  const found: string[] = connected ? [] : ['cut off from all']
  if (status === 'paused') found.push('paused')
  else if (status !== 'running') found.push('killed')
  else if (machine !== nasName) {
    found.push(...(await rulesOn(machine)).map(from => `cut off from ${from}`))
    for (const { target, cut, rules } of await mountsOf(machine))
      for (const rule of cut ? [...rules, 'cut'] : rules) found.push(`${target}: ${rule}`)
    if (machine === server.name && (await apiStopped())) found.push('API server stopped')
  }
  return found.map(what => ({ machine, what }))
}

/**
 * Undoes every fault of a machine, or of all. Where there is none, nothing happens.
 * @returns what was active
 */
export async function heal(machine?: string): Promise<Fault[]> {
  const healed = machine === undefined ? machines : [machine]
  const before = (await activeFaults()).filter(fault => healed.includes(fault.machine))
  for (const name of healed) {
    await resumeNode(name)
    await startNode(name)
  }
  await liftFences()
  await Promise.all(healed.filter(name => name !== nasName).map(healNode))
  const started = before.filter(({ machine, what }) => what === 'killed' && machine !== nasName)
  await Promise.all(started.map(({ machine }) => waitForNews(machine)))
  return before
}

/** A node that was lost is well again before the fence ends by itself. */
async function liftFences(): Promise<void> {
  if ((await stateOf(nasName)).status === 'running')
    await onNode(nasName, ['nft', 'flush set inet bluecore_fence fenced'])
}

/**
 * What the API server shows of a node that was killed, its pods Ready among it, is from before, until kubelet has looked at them:
 * who waits for pods next must not be told that.
 */
async function waitForNews(node: string): Promise<void> {
  const since = (await stateOf(node)).startedAt
  const { core } = kube()
  const isOld = (pod: V1Pod) =>
    podReady(pod) &&
    pod.status?.containerStatuses?.some(({ state }) => (state?.running?.startedAt?.getTime() ?? 0) < since)
  const check = async () => {
    const { items } = await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` })
    return !items.some(isOld)
  }
  await waitFor(check, { what: `kubelet of ${node} tells of its pods since its start`, timeoutMs: 120_000 })
}

async function healNode(name: string): Promise<void> {
  await reconnect(name)
  await onMounts(name, ['heal'])
  if (name === server.name) await startApi()
}
