// An air-gapped site: nodes without a route to the internet get the chart and its images from the site's registry alone,
// into which a bundle was loaded. A node can also import the bundle itself. packages/images/test/bundle.test.ts, which
// every `npm test` runs, loads a small bundle into a second registry and into containerd.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { containerName, kube, nodes, onNode, pushTarget, run, workspaceRoot } from '@bluecore/lab'
import type { V1Pod } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { helm } from '../../src/commands.js'
import { reach } from '../../testing/connections.js'
import { signedIn } from '../../testing/notes.js'
import { type OwnRelease, ownRelease } from '../../testing/own-release.js'
import { waitForRelease } from '../../testing/pods.js'
import { makePod, readyPod } from '../../testing/probe-pod.js'
import { runTurbo } from '../../testing/turbo.js'

const { core } = kube()
const namespace = 'airgap'
/** A new path in the lab's registry, to which nothing was ever pushed. */
const prefix = `airgap-${Date.now().toString(36)}`
const { registry, dockerConfig } = pushTarget()

const folder = mkdtempSync(join(tmpdir(), 'bluecore-airgap-'))
const archive = join(folder, 'bluecore.tar')
/** What the bundle holds: repository and tag → digest. */
const bundled = new Map<string, string>()

/** What nodes and pods may reach: each other, the registry and the NAS. */
const site = '{ 127.0.0.0/8, 10.42.0.0/16, 10.43.0.0/16, 172.31.40.0/24 }'
const firewall = `table inet airgap {
  chain out { type filter hook output priority filter; ip daddr != ${site} reject with icmpx type no-route; }
  chain through { type filter hook forward priority filter; ip daddr != ${site} reject with icmpx type no-route; }
}`

let release: OwnRelease
let internet: Server
/** Address of a server outside the nodes' network. */
let outside = ''

async function images(...args: string[]): Promise<string> {
  const options = { cwd: workspaceRoot(), env: { DOCKER_CONFIG: dockerConfig }, timeoutMs: 600_000 }
  return await run('npm', ['run', '--silent', 'images', '--', ...args], options)
}

const ctrImages = (node: string, ...args: string[]) =>
  onNode(node, ['ctr', '--namespace', 'k8s.io', 'images', ...args])

/** Whether a connection to the outside can be opened from every node, and from a pod. */
async function outsideReached(): Promise<string[]> {
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

/** The images of a pod: name in its spec → digest on the node. */
function imagesOf({ spec, status }: V1Pod): [string, string][] {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name, image = '' }) => {
    const state = states.find(container => container.name === name)
    return [image, state?.imageID.replace(/.*@/, '') ?? '']
  })
}

/** All names that a node has for images of the bundle. */
async function namesOnNode(node: string): Promise<string[]> {
  const digests = new Set(bundled.values())
  const rows = (await ctrImages(node, 'ls')).split('\n').map(row => row.split(/\s+/))
  return rows.flatMap(([name = '', , digest = '']) => (digests.has(digest) ? name : []))
}

beforeAll(async () => {
  release = await ownRelease(namespace)
  await runTurbo('build', '--filter=@bluecore/chart-umbrella', '--filter=@bluecore/images')
  for (const line of (await images('bundle', archive, '--from', registry)).split('\n')) {
    const [, name = '', digest = ''] = /^[^/]+\/(.+)@(sha256:[0-9a-f]{64})$/.exec(line) ?? []
    bundled.set(name, digest)
  }
  internet = createServer((_, answer) => answer.end()).listen(0)
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const own = all.find(
    ({ family, internal, address }) => family === 'IPv4' && !internal && !/^172\.31\.40\./.test(address),
  )
  outside = `${own?.address}:${(internet.address() as AddressInfo).port}`
  await makePod({ namespace, name: 'probe', node: 'worker1' })
  await readyPod(namespace, 'probe')
})

afterAll(async () => {
  await Promise.all(
    nodes.map(({ name }) => onNode(name, ['nft', 'delete table inet airgap']).catch(() => '')),
  )
  internet?.close()
  rmSync(folder, { recursive: true })
  await release.remove()
  for (const { name } of nodes) {
    const pulled = (await ctrImages(name, 'ls', '--quiet'))
      .split('\n')
      .filter(image => image.includes(`/${prefix}/`))
    if (pulled.length > 0) await ctrImages(name, 'rm', ...pulled)
  }
  const repositories = '/var/lib/registry/docker/registry/v2/repositories'
  await run('docker', ['exec', containerName('registry'), 'rm', '-rf', `${repositories}/${prefix}`])
})

test('nodes and pods lose their route to the outside', async () => {
  expect(await outsideReached()).toEqual([...nodes.map(({ name }) => `${name} open`), 'pod open'])
  await Promise.all(nodes.map(({ name }) => onNode(name, ['nft', firewall])))
  expect(await outsideReached()).toEqual([...nodes.map(({ name }) => `${name} closed`), 'pod closed'])
})

test('the bundle is loaded into another registry, and the chart in it installs with global.imageRegistry', async () => {
  const loaded = await images('load', archive, `${registry}/${prefix}`)
  expect(loaded).toContain(`${registry}/${prefix}/charts/bluecore:`)

  const setting = ['--set', `global.imageRegistry=registry.bluecore.internal/${prefix}`]
  const chart = `oci://${registry}/${prefix}/charts/bluecore`
  const install = ['--namespace', namespace, 'install', 'bluecore', chart, '--plain-http']
  const env = { HELM_REGISTRY_CONFIG: join(dockerConfig, 'config.json') }
  await helm([...install, ...release.values, ...setting], { env })
  await waitForRelease(namespace)

  const { items } = await core.listNamespacedPod({
    namespace,
    labelSelector: 'app.kubernetes.io/instance=bluecore',
  })
  const used = new Map(items.flatMap(imagesOf))
  const at = `registry.bluecore.internal/${prefix}/`
  expect([...used].sort()).toEqual([...bundled].map(([name, digest]) => [`${at}${name}`, digest]).sort())
})

test('helm test passes there: a note is posted, found and deleted', async () => {
  await signedIn(namespace) // the first account is the administrator's
  await release.helm(['test', 'bluecore'])
})

test('a node imports the bundle itself, and starts a pod of it without asking a registry', async () => {
  const node = 'worker3'
  await ctrImages(node, 'rm', '--sync', ...(await namesOnNode(node)))
  const load = 'docker exec --interactive "$0" ctr --namespace k8s.io images import - < "$1"'
  await run('bash', ['-c', load, containerName(node), archive])
  const names = (await namesOnNode(node)).filter(name => !name.startsWith('sha256:') && !name.includes('@'))
  expect(names.map(name => name.replace(/^[^/]+\//, '')).sort()).toEqual([...bundled.keys()].sort())
  await makePod({ namespace, name: 'offline', node, pull: 'Never' })
  await readyPod(namespace, 'offline')
})
