import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { apiUrl, namespace, nodes, ranges, registry, server, statePath, workspaceRoot } from './layout.js'
import { newAuthority, type Pair, serviceAccountKeys, sign } from './pki.js'

const firstService = ranges.services.replace(/0\/16$/, '1')

/** A kubeconfig for one user of the cluster. */
function kubeconfig(authority: string, user: Pair, defaultNamespace?: string): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'bluecore', cluster: { server: apiUrl, 'certificate-authority-data': base64(authority) } },
    ],
    users: [
      {
        name: 'user',
        user: { 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) },
      },
    ],
    contexts: [
      {
        name: 'bluecore',
        context: {
          cluster: 'bluecore',
          user: 'user',
          ...(defaultNamespace ? { namespace: defaultNamespace } : {}),
        },
      },
    ],
    'current-context': 'bluecore',
  })
}

/** containerd's settings, with the registry's password in them, as k3s writes them from registries.yaml. */
function containerdConfig(pauseImage: string, password: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"'
  return `version = 2
[${cri}]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true # a container may not lower it
  disable_apparmor = true
  tolerate_missing_hugetlb_controller = true
[${cri}.containerd]
  snapshotter = "overlayfs"
[${cri}.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[${cri}.cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "/etc/cni/net.d"
[${cri}.registry]
  config_path = "/node/certs.d"
[${cri}.registry.configs."${registry.host}:${registry.port}".auth]
  username = "${registry.user}"
  password = "${password}"
`
}

/** The lab's registry is the mirror of every other one, as in an air-gapped network. */
const mirrors = `[host."http://${registry.host}:${registry.port}"]
  capabilities = ["pull", "resolve"]
`

/** Writes a file atomically, readable only by its owner. */
export function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  writeFileSync(`${path}.part`, text, { mode: 0o600 })
  renameSync(`${path}.part`, path)
}

/** The registry's password, generated at first use. */
export function registryPassword(): string {
  const path = statePath('registry-password')
  if (!existsSync(path)) writePrivate(path, randomBytes(24).toString('base64url'))
  return readFileSync(path, 'utf8')
}

/** Path of the administrator's kubeconfig, for users of the lab. */
export const kubeconfigPath = (): string => statePath('kubeconfig')

/** Users that every node has besides its own: those of the programs that manage its network. */
const nodeUsers = [
  { file: 'kube-proxy.kubeconfig', name: 'system:kube-proxy' },
  { file: 'flannel.kubeconfig', name: 'flannel' },
  { file: 'policies.kubeconfig', name: 'policies' },
]

/**
 * Creates certificates, kubeconfigs and containerd settings: one folder for each node, with only what that node may have.
 * A complete set is kept; otherwise everything is created again, and nodes with older files cannot join any more.
 */
export async function ensureNodeFiles(pauseImage: string): Promise<void> {
  await ensureAuthorities(pauseImage)
  for (const { name } of nodes)
    writePrivate(statePath('nodes', name, 'kubelet.args'), shipped('agent', 'kubelet'))
  const manager = shipped('server', 'kube-controller-manager')
  writePrivate(statePath('nodes', server.name, 'controller-manager.args'), manager)
}

/** Arguments of a program that the shipped settings of k3s contain, one a line: the lab runs with them. */
function shipped(file: 'server' | 'agent', program: string): string {
  const path = join(workspaceRoot(), 'packages/hosts/k3s', `${file}-config.yaml`)
  const args: string[] = parse(readFileSync(path, 'utf8'))[`${program}-arg`]
  return args.map(arg => `--${arg}\n`).join('')
}

async function ensureAuthorities(pauseImage: string): Promise<void> {
  const complete = statePath('nodes', 'complete')
  const made = [pauseImage, ...nodeUsers.map(user => user.file)].join('\n')
  if (existsSync(complete) && readFileSync(complete, 'utf8') === made && existsSync(kubeconfigPath())) return
  rmSync(statePath('nodes'), { recursive: true, force: true })
  const ca = await newAuthority('bluecore-lab')
  const frontProxyCa = await newAuthority('bluecore-lab-front-proxy')
  const client = (commonName: string, organization?: string) =>
    sign(ca, { commonName, usages: ['client'], ...(organization ? { organization } : {}) })
  const put = (node: string, name: string, text: string) => writePrivate(statePath('nodes', node, name), text)
  const putPair = (node: string, name: string, pair: Pair) => {
    put(node, `${name}.crt`, pair.certificate)
    put(node, `${name}.key`, pair.key)
  }
  const users = await Promise.all(
    nodeUsers.map(async ({ file, name }) => ({
      file,
      config: kubeconfig(ca.certificate, await client(name)),
    })),
  )
  for (const node of nodes) {
    const kubelet = await sign(ca, {
      commonName: `system:node:${node.name}`,
      organization: 'system:nodes',
      usages: ['client', 'server'],
      dns: [node.name],
      ips: [node.ip],
    })
    put(node.name, 'ca.crt', ca.certificate)
    putPair(node.name, 'kubelet', kubelet)
    put(node.name, 'kubelet.kubeconfig', kubeconfig(ca.certificate, kubelet))
    for (const { file, config } of users) put(node.name, file, config)
    put(node.name, 'containerd.toml', containerdConfig(pauseImage, registryPassword()))
    put(node.name, 'certs.d/_default/hosts.toml', mirrors)
  }
  const api = await sign(ca, {
    commonName: 'kube-apiserver',
    usages: ['server'],
    dns: [
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      `kubernetes.default.svc.${ranges.domain}`,
      'localhost',
    ],
    ips: [firstService, '127.0.0.1', server.ip],
  })
  const accounts = serviceAccountKeys()
  put(server.name, 'ca.key', ca.key)
  putPair(server.name, 'apiserver', api)
  putPair(
    server.name,
    'apiserver-kubelet-client',
    await client('kube-apiserver-kubelet-client', 'system:masters'),
  )
  put(server.name, 'front-proxy-ca.crt', frontProxyCa.certificate)
  putPair(
    server.name,
    'front-proxy-client',
    await sign(frontProxyCa, { commonName: 'front-proxy-client', usages: ['client'] }),
  )
  put(server.name, 'sa.key', accounts.key)
  put(server.name, 'sa.pub', accounts.publicKey)
  for (const name of ['controller-manager', 'scheduler']) {
    put(server.name, `${name}.kubeconfig`, kubeconfig(ca.certificate, await client(`system:kube-${name}`)))
  }
  writePrivate(
    kubeconfigPath(),
    kubeconfig(ca.certificate, await client('admin', 'system:masters'), namespace),
  )
  writePrivate(complete, made)
}
