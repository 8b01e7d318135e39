import { existsSync, readFileSync } from 'node:fs'
import bcrypt from 'bcryptjs'
import { containerLog, docker, ensureContainer } from './docker.js'
import { LabError } from './lab-error.js'
import { labImage } from './lab-images.js'
import { containerName, network, registry, registryPort, statePath } from './layout.js'
import { registryPassword, writePrivate } from './node-files.js'
import { ensureVolume } from './volumes.js'
import { waitFor } from './wait.js'

/** An OCI registry with a password; nodes reach it by name, `docker push` through the loopback interface. */
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
  // `docker push` gets a client configuration of its own; the user's stays as it is.
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
 * `move`: nobody else pushes here, and a version is built many times, so any tag may be moved to another image.
 */
export const pushTarget = () => ({
  registry: `127.0.0.1:${registryPort()}`,
  dockerConfig: statePath('docker'),
  move: 'any' as const,
})

/** Pushes the pause image, which every pod needs. */
export async function pushPauseImage(): Promise<void> {
  const { registry, dockerConfig } = pushTarget()
  const image = await labImage('pause')
  await docker(['tag', image, `${registry}/${image}`])
  await docker(['--config', dockerConfig, 'push', '--quiet', `${registry}/${image}`])
}
