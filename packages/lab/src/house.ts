// The house around the cluster: its network, its registry, its NAS.
import { existsSync, readFileSync } from 'node:fs'
import bcrypt from 'bcryptjs'
import { containerLog, docker, ensureContainer, hasNetwork, removeContainer } from './docker.js'
import { ask, LabError, privileged, run } from './exec.js'
import { labImage } from './lab-images.js'
import {
  containerName,
  labelKey,
  nas,
  network,
  ranges,
  registry,
  registryPort,
  server,
  statePath,
} from './layout.js'
import { registryPassword, writePrivate } from './node-files.js'
import { waitFor } from './wait.js'

/** The machines' network, and this machine's routes to pods and services, as the house's router has them. */
export async function ensureNetwork(): Promise<void> {
  if (!(await hasNetwork(network.name))) {
    await docker(
      [
        'network',
        'create',
        '--subnet',
        network.subnet,
        '--gateway',
        network.gateway,
        '--opt',
        `com.docker.network.bridge.name=${network.bridge}`,
        '--label',
        `${labelKey}=network`,
        network.name,
      ],
      { todo: `if ${network.subnet} is in use on this machine, the lab cannot run here` },
    )
  }
  for (const range of [ranges.pods, ranges.services]) {
    await run(...privileged('ip', ['route', 'replace', range, 'via', server.ip]))
  }
}

/** Takes back what `ensureNetwork` made; containers must be gone. */
export async function removeNetwork(): Promise<void> {
  for (const range of [ranges.pods, ranges.services]) {
    const route = await ask('ip', ['route', 'show', range, 'via', server.ip])
    if (!route) continue
    await run(...privileged('ip', ['route', 'del', range, 'via', server.ip]))
  }
  if (await hasNetwork(network.name)) await docker(['network', 'rm', network.name])
}

/** Name of a volume of the lab. */
const volume = (machine: string): string => `${containerName(machine)}-data`

/** Makes a volume that carries the lab's label, so that `npm stop` finds it. */
async function ensureVolume(machine: string): Promise<string> {
  await docker(['volume', 'create', '--label', `${labelKey}=volume`, volume(machine)])
  return volume(machine)
}

/** Removes volumes with their data; the containers that used them must be gone, or go now. */
export async function removeVolumes(machines: readonly string[]): Promise<void> {
  for (const machine of machines) {
    await removeContainer(containerName(machine))
    await docker(['volume', 'rm', '--force', volume(machine)])
  }
}

/** An OCI registry with a password; nodes reach it by name, `docker push` by the loopback. */
export async function ensureRegistry(): Promise<void> {
  const htpasswd = statePath('registry', 'htpasswd')
  const password = registryPassword()
  const hash = existsSync(htpasswd) ? (readFileSync(htpasswd, 'utf8').trim().split(':')[1] ?? '') : ''
  if (!bcrypt.compareSync(password, hash))
    writePrivate(htpasswd, `${registry.user}:${bcrypt.hashSync(password, 8)}\n`)
  const name = containerName('registry')
  const image = await labImage('registry')
  const port = registryPort()
  await ensureContainer(name, `${image} ${port}`, [
    ...[
      '--network',
      network.name,
      '--ip',
      registry.ip,
      '--hostname',
      'registry',
      '--network-alias',
      registry.host,
    ],
    ...['--publish', `127.0.0.1:${port}:${registry.port}`],
    ...[
      '--volume',
      `${await ensureVolume('registry')}:/var/lib/registry`,
      '--volume',
      `${statePath('registry')}:/auth:ro`,
    ],
    image,
  ])
  // The push side logs in by a client configuration of its own; the user's is left alone.
  const auth = Buffer.from(`${registry.user}:${password}`).toString('base64')
  writePrivate(
    statePath('docker', 'config.json'),
    JSON.stringify({ auths: { [`127.0.0.1:${port}`]: { auth } } }),
  )
  await waitFor(
    async () =>
      (
        await fetch(`http://127.0.0.1:${port}/v2/`, {
          headers: { authorization: `Basic ${auth}` },
          signal: AbortSignal.timeout(3_000),
        })
      ).ok,
    { what: 'the registry answers with its password', timeoutMs: 20_000, log: () => containerLog(name) },
  )
  const open = await fetch(`http://127.0.0.1:${port}/v2/`, { signal: AbortSignal.timeout(3_000) })
  if (open.status !== 401)
    throw new LabError(
      `the registry answers ${open.status} without a password instead of 401`,
      await containerLog(name),
    )
}

/**
 * Where to push: registry address as the engine of this machine sees it, and the folder of the client configuration.
 * A version is built many times here, so tags move.
 */
export const pushTarget = () => ({
  registry: `127.0.0.1:${registryPort()}`,
  dockerConfig: statePath('docker'),
  move: true,
})

/** The NAS: nfs-ganesha. Its capability and open seccomp profile are for open_by_handle_at(2), which serving NFS needs. */
export async function ensureNas(): Promise<void> {
  const name = containerName('nas')
  const image = await labImage('nas')
  await ensureContainer(name, image, [
    ...['--network', network.name, '--ip', nas.ip, '--hostname', 'nas', '--network-alias', nas.host],
    ...['--cap-add', 'DAC_READ_SEARCH', '--security-opt', 'seccomp=unconfined'],
    ...['--volume', `${await ensureVolume('nas')}:/bluecore`],
    image,
  ])
  await waitFor(async () => (await ask('bash', ['-c', `: > /dev/tcp/${nas.ip}/2049`])) !== undefined, {
    what: 'the NAS takes connections on port 2049',
    timeoutMs: 30_000,
    log: () => containerLog(name),
  })
}
