import { randomUUID } from 'node:crypto'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import { findEngine } from '../src/engine.js'
import { docker } from './docker.js'

/** Options of a container; by default it has a read-only root, no capabilities and no new privileges, and can write only to /tmp. */
export interface ContainerOptions {
  /** `uid:gid`; else the image's own. */
  user?: string
  /** `root` starts it as the engine would by default: writable, with the engine's capabilities. */
  as?: 'restricted' | 'root'
  env?: Record<string, string>
  /** Folder in the container → volume, or path on this machine (mounted read-only). */
  mounts?: Record<string, string>
  /** Further folders that are writable and empty; each may carry options: `/run/x:uid=999` */
  tmpfs?: string[]
  /** Folders on volumes of their own, which begin as copies of what the image has there. */
  volumes?: string[]
  /** TCP port to publish on 127.0.0.1. */
  port?: number
  /** `host`: this machine's network, where the servers of a test listen. */
  network?: 'host'
  args?: string[]
  /** Another program than the image's own. */
  entrypoint?: string
}

/** A container of a test. It is removed when the test ends. */
export interface Container {
  /** `127.0.0.1:PORT` of the published port. */
  address(): Promise<string>
  /** Runs a command inside; its stdout. Rejects when it fails. */
  exec(...command: string[]): Promise<string>
  /** Everything that it wrote, stderr included, or what it wrote since its last start. */
  logs(of?: 'all' | 'last start'): Promise<string>
  /** Sends SIGTERM, or the image's own stop signal, and kills it after 60 s. */
  stop(): Promise<{ exitCode: number; seconds: number }>
  /** Sends a signal, e.g. `TERM`, to its first process, and waits for the end. */
  kill(signal: string): Promise<{ exitCode: number }>
  start(): Promise<void>
  /** Waits for its end. */
  ended(): Promise<{ exitCode: number }>
}

/** A volume that belongs to `owner` (`uid:gid`); removed when the test ends. */
export async function volume(image: string, owner: string): Promise<string> {
  const name = `bluecore-test-${randomUUID()}`
  await docker('volume', 'create', name)
  onTestFinished(async () => void (await docker('volume', 'rm', '--force', name)))
  const root = ['run', '--rm', '--user', '0', '--volume', `${name}:/v`, '--entrypoint', 'sh', image]
  await docker(...root, '-c', `chown ${owner} /v && chmod 0700 /v`)
  return name
}

/** Starts a container; by default as restricted as the chart's pods. */
export async function container(image: string, options: ContainerOptions = {}): Promise<Container> {
  const restricted = [
    '--read-only',
    '--tmpfs',
    '/tmp',
    '--cap-drop',
    'ALL',
    '--security-opt',
    'no-new-privileges',
  ]
  const { port, network, env = {}, mounts = {}, tmpfs = [], volumes = [], args = [] } = options
  const id = `bluecore-test-${randomUUID()}`
  let lastStart: string[] = []
  const logs = async (of = 'all') => {
    const { docker: client, env } = await findEngine()
    const since = of === 'all' ? [] : lastStart
    return (await execa(client, ['logs', ...since, id], { env, all: true })).all
  }
  // Before it is created: a container that cannot be started exists all the same.
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.error(`${image} wrote:\n${await logs().catch(String)}`)
    await docker('rm', '--force', '--volumes', id)
  })
  await docker(
    ...['run', '--detach', '--name', id, '--stop-timeout', '60'],
    ...(options.as === 'root' ? ['--user', '0'] : restricted),
    ...(options.user ? ['--user', options.user] : []),
    ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    // nocopy: else the engine gives an empty volume the owner of the folder that it covers.
    ...Object.entries(mounts).flatMap(([to, from]) => [
      '--volume',
      `${from}:${to}:${from.startsWith('/') ? 'ro' : 'nocopy'}`,
    ]),
    ...tmpfs.flatMap(folder => ['--tmpfs', folder]),
    ...volumes.flatMap(folder => ['--volume', folder]),
    ...(options.entrypoint ? ['--entrypoint', options.entrypoint] : []),
    ...(port ? ['--publish', `127.0.0.1::${port}`] : []),
    ...(network ? ['--network', network] : []),
    ...[image, ...args],
  )
  const exitCode = async () => Number(await docker('inspect', '--format', '{{.State.ExitCode}}', id))
  return {
    address: async () => await docker('port', id, `${port}`),
    exec: async (...command) => await docker('exec', id, ...command),
    logs,
    async stop() {
      const begun = Date.now()
      await docker('stop', id)
      return { exitCode: await exitCode(), seconds: (Date.now() - begun) / 1000 }
    },
    async kill(signal) {
      await docker('kill', '--signal', signal, id)
      await docker('wait', id)
      return { exitCode: await exitCode() }
    },
    async start() {
      // Not the engine's StartedAt: a process may have written before the engine takes that note.
      lastStart = ['--since', new Date().toISOString()]
      await docker('start', id)
    },
    async ended() {
      await docker('wait', id)
      return { exitCode: await exitCode() }
    },
  }
}
