import { findDockerClient } from '@bluecore/images'
import { ask, type RunOptions, run } from './exec.js'
import { labelKey } from './layout.js'

/** Runs the engine's client. @throws LabError when it fails, ImagesError when there is none */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { docker, env } = await findDockerClient()
  return await run(docker, args, { ...options, env: { ...env, ...options.env } })
}

/** Like `docker`, but returns undefined when it fails: for questions that may be answered with no. */
async function askDocker(args: readonly string[], options: RunOptions = {}): Promise<string | undefined> {
  const client = await findDockerClient().catch(() => undefined)
  return client && (await ask(client.docker, args, options))
}

/** The engine's version, or undefined when none answers. */
export function engineVersion(): Promise<string | undefined> {
  return askDocker(['version', '--format', '{{.Server.Version}}'], { timeoutMs: 15_000 })
}

export interface Container {
  running: boolean
  /** Value of the lab's label: the digest of the container's inputs. */
  made: string
}

/** The container of this name, or undefined. */
export async function inspectContainer(name: string): Promise<Container | undefined> {
  const text = await askDocker([
    'container',
    'inspect',
    name,
    '--format',
    `{{.State.Running}} {{index .Config.Labels "${labelKey}"}}`,
  ])
  if (text === undefined) return undefined
  const [running, ...made] = text.split(' ')
  return { running: running === 'true', made: made.join(' ') }
}

/**
 * Makes sure that a container created from these inputs is running: keeps it, starts it, or recreates it.
 * @param made digest of its inputs
 * @param args `docker run` arguments up to and including image and command
 * @returns what was done
 */
export async function ensureContainer(
  name: string,
  made: string,
  args: readonly string[],
): Promise<'kept' | 'started' | 'made'> {
  const found = await inspectContainer(name)
  if (found?.made === made) {
    if (found.running) return 'kept'
    if (await askDocker(['start', name])) return 'started'
  }
  if (found) await removeContainer(name)
  await docker(['run', '--detach', '--name', name, '--label', `${labelKey}=${made}`, ...args])
  return 'made'
}

/** Removes a container and its anonymous volumes, if it exists. */
export async function removeContainer(name: string): Promise<void> {
  if (await inspectContainer(name)) await docker(['rm', '--force', '--volumes', name])
}

/** Last lines of a container's output, for messages. */
export async function containerLog(name: string, lines = 15): Promise<string[]> {
  const { docker } = await findDockerClient()
  const text = await ask('sh', ['-c', '"$0" logs --tail "$1" "$2" 2>&1', docker, String(lines), name])
  return (text ?? '').split('\n')
}

/** Whether the engine has this image. */
export async function hasImage(reference: string): Promise<boolean> {
  return (await askDocker(['image', 'inspect', reference, '--format', '{{.Id}}'])) !== undefined
}

/** Whether the engine has this network. */
export async function hasNetwork(name: string): Promise<boolean> {
  return (await askDocker(['network', 'inspect', name, '--format', '{{.Id}}'])) !== undefined
}
