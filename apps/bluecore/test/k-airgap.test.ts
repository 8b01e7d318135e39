// A closed network: nodes without a way out get the chart and its images from the house's registry alone, where a
// bundle brought them. A node whose registry has nothing takes the bundle itself.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import {
  containerName,
  kube,
  kubeconfigPath,
  nodes,
  onNode,
  pushTarget,
  run,
  workspaceRoot,
} from '@bluecore/lab'
import { administrator } from '@bluecore/misskey-contract'
import type { V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clearRoom, makeRoom, readyBeside, roomFor } from './beside.js'
import { inLab } from './cluster.js'
import { makePod, reach, readyPod } from './reach.js'

const { core } = kube()
const namespace = 'airgap'
const room = roomFor(namespace)
/** Path in the lab's registry that nothing was ever pushed to, or pulled from. */
const prefix = `airgap-${Date.now().toString(36)}`
const { registry, dockerConfig } = pushTarget()

const folder = mkdtempSync(join(tmpdir(), 'bluecore-airgap-'))
const archive = join(folder, 'bluecore.tar')
/** What the bundle holds: repository and tag → digest. */
const bundled = new Map<string, string>()

/** Where nodes and pods may go: to each other, to the registry and the NAS. */
const house = '{ 127.0.0.0/8, 10.42.0.0/16, 10.43.0.0/16, 172.31.40.0/24 }'
const wall = `table inet airgap {
  chain out { type filter hook output priority filter; ip daddr != ${house} reject with icmpx type no-route; }
  chain through { type filter hook forward priority filter; ip daddr != ${house} reject with icmpx type no-route; }
}`

let world: Server
/** A server outside the nodes' network. */
let outside = ''

async function images(...args: string[]): Promise<string> {
  const options = { cwd: workspaceRoot(), env: { DOCKER_CONFIG: dockerConfig }, timeoutMs: 600_000 }
  return await run('npm', ['run', '--silent', 'images', '--', ...args], options)
}

const ctrImages = (node: string, ...args: string[]) =>
  onNode(node, ['ctr', '--namespace', 'k8s.io', 'images', ...args])

const helm = async (...args: string[]) =>
  run(await toolPath('helm'), ['--namespace', namespace, ...args], {
    env: { KUBECONFIG: kubeconfigPath(), HELM_REGISTRY_CONFIG: join(dockerConfig, 'config.json') },
    timeoutMs: 600_000,
  })

/** What becomes of a connection to the outside from every node, and from a pod. */
async function waysOut(): Promise<string[]> {
  const pod = await core.readNamespacedPod({ namespace, name: 'probe' })
  const fromNode = async ({ name }: { name: string }) => {
    const curl = ['curl', '--silent', '--max-time', '3', '--output', '/dev/null', `http://${outside}/`]
    const open = await onNode(name, curl).then(
      () => true,
      () => false,
    )
    return `${name} ${open ? 'open' : 'closed'}`
  }
  const fromPod = (await reach(pod, [outside], 3_000))[outside] === 'open' ? 'open' : 'closed'
  return [...(await Promise.all(nodes.map(fromNode))), `pod ${fromPod}`]
}

/** What a pod runs: name as its spec says → digest that the node has. */
function imagesOf({ spec, status }: V1Pod): [string, string][] {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name, image = '' }) => {
    const state = states.find(container => container.name === name)
    return [image, state?.imageID.replace(/.*@/, '') ?? '']
  })
}

/** Names by which a node has what is in the bundle, from wherever it came. */
async function known(node: string): Promise<string[]> {
  const digests = new Set(bundled.values())
  const rows = (await ctrImages(node, 'ls')).split('\n').map(row => row.split(/\s+/))
  return rows.flatMap(([name = '', , digest = '']) => (digests.has(digest) ? name : []))
}

beforeAll(async () => {
  await makeRoom(room)
  await inLab('turbo', ['run', 'build', '--filter=@bluecore/chart-umbrella', '--filter=@bluecore/images'])
  for (const line of (await images('bundle', archive, '--from', registry)).split('\n')) {
    const [, name = '', digest = ''] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(line) ?? []
    bundled.set(name, digest)
  }
  world = createServer((_, answer) => answer.end('the world')).listen(0)
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const own = all.find(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !/^172\.31\.40\./.test(address),
  )
  outside = `${own?.address}:${(world.address() as AddressInfo).port}`
  await makePod({ namespace, name: 'probe', node: 'worker1' })
  await readyPod(namespace, 'probe')
})

afterAll(async () => {
  await Promise.all(
    nodes.map(({ name }) => onNode(name, ['nft', 'delete table inet airgap']).catch(() => '')),
  )
  world?.close()
  rmSync(folder, { recursive: true })
  await clearRoom(room)
  for (const { name } of nodes) {
    const pulled = (await ctrImages(name, 'ls', '--quiet'))
      .split('\n')
      .filter(image => image.includes(`/${prefix}/`))
    if (pulled.length > 0) await ctrImages(name, 'rm', ...pulled)
  }
  const repositories = '/var/lib/registry/docker/registry/v2/repositories'
  await run('docker', ['exec', containerName('registry'), 'rm', '-rf', `${repositories}/${prefix}`])
})

test('nodes and pods lose every way out of the house', async () => {
  expect(await waysOut()).toEqual([...nodes.map(({ name }) => `${name} open`), 'pod open'])
  await Promise.all(nodes.map(({ name }) => onNode(name, ['nft', wall])))
  expect(await waysOut()).toEqual([...nodes.map(({ name }) => `${name} closed`), 'pod closed'])
})

test('the bundle fills another registry, and the chart in it installs with global.imageRegistry', async () => {
  const loaded = await images('load', archive, `${registry}/${prefix}`)
  expect(loaded).toContain(`${registry}/${prefix}/charts/bluecore:`)

  const settings = [...room.settings, `global.imageRegistry=registry.bluecore.internal/${prefix}`]
  const sets = settings.flatMap(setting => ['--set', setting])
  const chart = `oci://${registry}/${prefix}/charts/bluecore`
  await helm('install', 'bluecore', chart, '--plain-http', ...sets)
  await readyBeside(namespace)

  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: 'app.kubernetes.io/instance=bluecore',
  })
  const used = new Map(items.flatMap(imagesOf))
  const at = `registry.bluecore.internal/${prefix}/`
  expect([...used].sort()).toEqual([...bundled].map(([name, digest]) => [`${at}${name}`, digest]).sort())
})

test('helm test passes there: a note is posted, found and deleted', async () => {
  const service = await core.readNamespacedService({ namespace, name: 'misskey-sv' })
  await administrator(`http://${service.spec?.clusterIP}:3000`, {
    username: 'admin',
    password: 'of the closed network',
  })
  await helm('test', 'bluecore')
})

test('a node imports the bundle itself and starts a pod of it, never asking a registry', async () => {
  const node = 'worker3'
  await ctrImages(node, 'rm', '--sync', ...(await known(node)))
  const load = 'docker exec --interactive "$0" ctr --namespace k8s.io images import - < "$1"'
  await run('bash', ['-c', load, containerName(node), archive])
  const names = (await known(node)).filter(name => !name.startsWith('sha256:') && !name.includes('@'))
  expect(names.map(name => name.replace(/^[^/]+\//, '')).sort()).toEqual([...bundled.keys()].sort())
  await makePod({ namespace, name: 'offline', node, pull: 'Never' })
  await readyPod(namespace, 'offline')
})
