import { docker } from './docker.js'
import { containerName, type LabNode, nas, network, nodes, server } from './layout.js'
import { onNode } from './nodes.js'

/** What a node can be cut off from. */
export const sides = ['all', 'api', 'nas'] as const
export type Side = (typeof sides)[number]

/** Ends everything on a machine at once, as a power failure does. @param name a node, or nas @throws LabError */
export async function killNode(name: string): Promise<void> {
  await docker(['kill', containerName(name)])
}

/** Starts a machine that was killed, with what is on its disk. One that runs is no error. @throws LabError */
export async function startNode(name: string): Promise<void> {
  await docker(['start', containerName(name)])
}

/** Stops the time of a machine: its programs exist, and do nothing until `resumeNode`. @param name a node, or nas */
export async function pauseNode(name: string): Promise<void> {
  await docker(['pause', containerName(name)])
}

/** Ends `pauseNode`. A machine that is not paused is no error. */
export async function resumeNode(name: string): Promise<void> {
  if ((await stateOf(name)).status === 'paused') await docker(['unpause', containerName(name)])
}

/** What the engine says of a machine. `startedAt`, in ms of the epoch, is rounded down to the second, as Kubernetes shows times. */
export async function stateOf(
  name: string,
): Promise<{ status: string; startedAt: number; connected: boolean }> {
  const format =
    '{"status":{{json .State.Status}},"started":{{json .State.StartedAt}},"networks":{{json .NetworkSettings.Networks}}}'
  const found = JSON.parse(await docker(['container', 'inspect', containerName(name), '--format', format]))
  return {
    status: found.status,
    startedAt: Math.floor(Date.parse(found.started) / 1_000) * 1_000,
    connected: network.name in found.networks,
  }
}

/**
 * Takes the network from a node; nothing on it ends.
 * @param name such as worker1
 * @param from all: it reaches neither the API server nor the NAS nor other nodes; api or nas: it does not reach that one
 * @throws LabError
 */
export async function cutOff(name: string, from: Side = 'all'): Promise<void> {
  if (from === 'all') await docker(['network', 'disconnect', network.name, containerName(name)])
  else await onNode(name, ['nft', `${emptyTable(from)}; ${rules[from].join('; ')}`])
}

/** Gives a node its network back, with the same address. One that has it is no error. */
export async function reconnect(name: string): Promise<void> {
  const { status, connected } = await stateOf(name)
  if (!connected) {
    const ip = nodes.find((node: LabNode) => node.name === name)?.ip ?? ''
    await docker(['network', 'connect', '--ip', ip, network.name, containerName(name)])
  }
  // The rules of a node end with it.
  if (status !== 'running') return
  for (const from of ['api', 'nas'] as const)
    await onNode(name, ['nft', `${emptyTable(from)}; delete table inet ${table(from)}`])
}

/** What a node is cut off from by rules of its own. */
export async function rulesOn(name: string): Promise<Side[]> {
  const tables = (await onNode(name, ['nft', 'list', 'tables'])).split('\n')
  return (['api', 'nas'] as const).filter(from => tables.includes(`table inet ${table(from)}`))
}

const table = (from: Side) => `bluecore_fault_${from}`

/** A table of this name is there afterwards, and nothing is in it, whatever was before. */
const emptyTable = (from: Side) =>
  `add table inet ${table(from)}; delete table inet ${table(from)}; add table inet ${table(from)}`

const chain = (from: Side, hook: 'input' | 'output' | 'forward') =>
  `add chain inet ${table(from)} ${hook} { type filter hook ${hook} priority 0; }`

/** Pods reach the API server by its Service's address, which is replaced before these hooks see it. */
const rules = {
  api: (['output', 'forward'] as const).flatMap(hook => [
    chain('api', hook),
    `add rule inet ${table('api')} ${hook} ip daddr ${server.ip} tcp dport 6443 drop`,
  ]),
  nas: [
    chain('nas', 'output'),
    `add rule inet ${table('nas')} output ip daddr ${nas.ip} drop`,
    chain('nas', 'input'),
    `add rule inet ${table('nas')} input ip saddr ${nas.ip} drop`,
  ],
}

const apiLink = '/usr/local/bin/kube-apiserver'

/**
 * Ends the API server and keeps it from being restarted: without its name, the node's loop cannot start it. Controller manager and
 * scheduler end with it, as with k3s, where they are one process: a controller manager that lives on finds all nodes silent when the
 * API is back.
 */
export async function stopApi(): Promise<void> {
  const end = `rm -f ${apiLink}; pkill -KILL -f '^kube-(apiserver|controller-manager|scheduler)' || true`
  await onNode(server.name, ['sh', '-c', end])
}

/** Stops the time of the API server: connections to it are made, and get no answer. */
export async function pauseApi(): Promise<void> {
  await onNode(server.name, ['pkill', '-STOP', '-x', 'kube-apiserver'])
}

/** Ends `stopApi` and `pauseApi`. An API server that runs is no error. */
export async function startApi(): Promise<void> {
  await onNode(server.name, [
    'sh',
    '-c',
    `ln -sf hyperkube ${apiLink}; pkill -CONT -x kube-apiserver || true`,
  ])
}

const managerLink = '/usr/local/bin/kube-controller-manager'

/** How soon the cluster notices a lost node: with the settings of packages/hosts, as the lab has them, or Kubernetes' own. */
export async function nodeTimings(which: 'ours' | 'kubernetes'): Promise<void> {
  const without = [
    '#!/bin/bash',
    'for arg; do shift; [[ $arg == --node-monitor-* ]] || set -- "$@" "$arg"; done',
    'exec -a kube-controller-manager /usr/local/bin/hyperkube "$@"',
  ].join('\n')
  const put =
    which === 'ours'
      ? `ln -sf hyperkube ${managerLink}`
      : `rm -f ${managerLink}; printf '%s\\n' "$0" > ${managerLink}; chmod 755 ${managerLink}`
  const restart = 'pkill -f "^kube-controller-manager" || true'
  await onNode(server.name, ['bash', '-c', `${put}; ${restart}`, without])
}

/** Whether the API server may run. */
export async function apiStopped(): Promise<boolean> {
  const look = `ls ${apiLink}; ps -C kube-apiserver -o state=; true`
  const shown = await onNode(server.name, ['sh', '-c', look])
  return !shown.includes(apiLink) || /^T/m.test(shown)
}
