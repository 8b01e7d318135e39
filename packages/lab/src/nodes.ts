import { digestOf } from '@bluecore/cache'
import type { CoreV1Api } from '@kubernetes/client-node'
import { containerLog, docker, ensureContainer, inspectContainer, removeContainer } from './docker.js'
import { labImage } from './lab-images.js'
import { containerName, type LabNode, network, nodes, server, statePath } from './layout.js'
import { waitFor } from './wait.js'

/**
 * What a container needs to act as a machine: everything that `--privileged` grants except CAP_SYS_RESOURCE, which not
 * every engine may grant. The machine's own cgroup tree is not mounted: the kubelets would delete each other's pods.
 */
const capabilities = [
  ...[
    'AUDIT_CONTROL',
    'AUDIT_READ',
    'BLOCK_SUSPEND',
    'DAC_READ_SEARCH',
    'IPC_LOCK',
    'IPC_OWNER',
    'LEASE',
    'LINUX_IMMUTABLE',
  ],
  ...[
    'MAC_ADMIN',
    'MAC_OVERRIDE',
    'NET_ADMIN',
    'NET_BROADCAST',
    'SYS_ADMIN',
    'SYS_BOOT',
    'SYS_MODULE',
    'SYS_NICE',
    'SYS_PACCT',
  ],
  ...['SYS_PTRACE', 'SYS_RAWIO', 'SYS_TIME', 'SYS_TTY_CONFIG', 'SYSLOG', 'WAKE_ALARM'],
]

const asMachine = [
  ...capabilities.flatMap(name => ['--cap-add', name]),
  ...['seccomp', 'systempaths', 'apparmor'].flatMap(what => ['--security-opt', `${what}=unconfined`]),
  ...[
    '--device-cgroup-rule',
    'a *:* rwm',
    '--device',
    '/dev/fuse',
    '--cgroupns=private',
    '--tmpfs',
    '/run',
    '--tmpfs',
    '/tmp',
  ],
  ...['/var/lib/containerd', '/var/lib/kubelet', '/var/lib/etcd'].flatMap(path => ['--volume', path]),
]

function runArguments(node: LabNode, image: string): string[] {
  return [
    ...['--hostname', node.name, '--network', network.name, '--ip', node.ip],
    ...asMachine,
    ...['--volume', `${statePath('nodes', node.name)}:/node:ro`],
    ...['--env', `ROLE=${node.role}`, '--env', `NODE=${node.name}`, '--env', `IP=${node.ip}`],
    image,
  ]
}

/** Digest of a node's inputs: the image, and its certificates and settings. */
const madeFrom = (node: LabNode, image: string): string => digestOf([statePath('nodes', node.name)], image)

/**
 * Whether the existing nodes are a complete cluster: all four, with the present image and certificates, running or not.
 * @returns 'none' when no node exists
 */
export async function nodesState(): Promise<'none' | 'complete' | 'partial'> {
  const image = await labImage('node')
  const found = await Promise.all(nodes.map(node => inspectContainer(containerName(node.name))))
  if (found.every(container => container === undefined)) return 'none'
  return nodes.every((node, index) => found[index]?.made === madeFrom(node, image)) ? 'complete' : 'partial'
}

/** Makes sure that the four nodes are running. @returns what was done for each: kept, started or made */
export async function ensureNodes(): Promise<string> {
  const image = await labImage('node')
  const done = await Promise.all(
    nodes.map(async node => {
      const what = await ensureContainer(
        containerName(node.name),
        madeFrom(node, image),
        runArguments(node, image),
      )
      return `${node.name} ${what}`
    }),
  )
  return done.join(', ')
}

/** Removes all nodes with their state. */
export async function removeNodes(): Promise<void> {
  await Promise.all(nodes.map(node => removeContainer(containerName(node.name))))
}

/** Runs a command on a node. @throws LabError */
export function onNode(name: string, command: readonly string[]): Promise<string> {
  return docker(['exec', containerName(name), ...command])
}

/** Last lines of one program's log on a node, or of the node itself. */
async function nodeLog(name: string, program?: string): Promise<string[]> {
  if (!program) return containerLog(containerName(name))
  const text = await docker([
    'exec',
    containerName(name),
    'tail',
    '-n',
    '15',
    `/var/log/node/${program}.log`,
  ]).catch(() => '')
  return text.split('\n')
}

export async function waitForApi(api: CoreV1Api): Promise<void> {
  await waitFor(async () => (await api.listNamespace()).items.length > 0, {
    what: 'the API server answers',
    timeoutMs: 90_000,
    log: () => nodeLog(server.name, 'kube-apiserver'),
    todo: 'run `npm start` again; if that does not help, `npm stop` and `npm start`',
  })
}

/** Names of the nodes whose condition Ready is true. */
export async function readyNodes(api: CoreV1Api): Promise<string[]> {
  const { items } = await api.listNode()
  return items
    .filter(node =>
      node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
    )
    .map(node => node.metadata?.name ?? '')
}

/** Waits until all four are Ready. @param onChange called with the names that are still missing */
export async function waitForNodes(api: CoreV1Api, onChange: (missing: string[]) => void): Promise<void> {
  let missing = nodes.map(node => node.name)
  await waitFor(
    async () => {
      const ready = await readyNodes(api)
      const still = nodes.map(node => node.name).filter(name => !ready.includes(name))
      if (still.length !== missing.length) onChange(still)
      missing = still
      return missing.length === 0
    },
    {
      what: 'all nodes are Ready',
      timeoutMs: 120_000,
      log: () => nodeLog(missing[0] ?? server.name, 'kubelet'),
      todo: 'run `npm start` again; if that does not help, `npm stop` and `npm start`',
    },
  )
}
