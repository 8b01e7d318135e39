import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { ImagesError } from './images-error.js'

/** A client of the container engine that can build with BuildKit. */
export interface Engine {
  /** Path of the client. */
  docker: string
  env: Record<string, string>
}

/** The builder that shares the engine's images, whatever other one the user prefers. */
const env = { DOCKER_BUILDKIT: '1', BUILDX_BUILDER: 'default' }

/** Clients that were found, by PATH. */
const found = new Map<string, Engine>()

/**
 * The engine, through the client of `findDockerClient`.
 * @throws ImagesError as that, and when the engine does not answer
 */
export async function findEngine(path?: string): Promise<Engine> {
  const engine = await findDockerClient(path)
  const result = await execa(engine.docker, ['version', '--format', '{{.Server.Version}}'], { reject: false })
  if (result.exitCode === 0) return engine
  throw new ImagesError(
    `the container engine does not answer: ${result.stderr || result.stdout}\n` +
      'Start it (systemctl start docker) or set DOCKER_HOST.',
  )
}

/**
 * Finds a client whose builds use BuildKit: secrets and cache mounts need it. Asks the engine nothing.
 * A client without the buildx plugin can do so itself up to version 22, so a newer one that comes
 * first on PATH is passed over for an older one that works. Once found, it is kept for this process.
 * @throws ImagesError when no client is found, or none can build
 */
export async function findDockerClient(path = process.env.PATH ?? ''): Promise<Engine> {
  const known = found.get(path)
  if (known) return known
  const seen: string[] = []
  for (const docker of await programs('docker', path)) {
    const unfit = await lacksBuildKit(docker)
    if (!unfit) {
      const engine = { docker, env }
      found.set(path, engine)
      return engine
    }
    seen.push(unfit)
  }
  if (seen.length === 0)
    throw new ImagesError('no docker command on PATH: install docker.io, Docker or buildah')
  throw new ImagesError(
    `no docker client can build with BuildKit (seen: ${seen.join(', ')}): install the plugin docker-buildx`,
  )
}

/** Text on stdout of a client's command. */
export async function docker(engine: Engine, args: string[]): Promise<string> {
  const { stdout } = await execa(engine.docker, args, { env: engine.env })
  return stdout
}

/** What to do when the engine's disk is full. */
export const freeEngineSpace = 'docker system df shows what takes the space, docker builder prune frees some'

/** An image as the engine describes it; of what it says, what is used here. */
export interface EngineImage {
  Id: string
  Size: number
  /** `REPOSITORY@sha256:…` for each registry that it came from or went to. */
  RepoDigests: string[]
  RootFS: { Layers: string[] }
  Config: ImageConfig
}

/** Settings of an image. @see https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfig {
  Labels?: Record<string, string> | null
  [setting: string]: unknown
}

/** The engine's image under this name, or nothing. */
export async function inspectImage(engine: Engine, name: string): Promise<EngineImage | undefined> {
  const result = await execa(engine.docker, ['image', 'inspect', name], { env: engine.env, reject: false })
  if (result.exitCode === 0) return JSON.parse(result.stdout)[0]
  if (/no such image/i.test(result.stderr)) return undefined
  throw new ImagesError(`the engine cannot say whether it has ${name}: ${result.stderr}`)
}

/** Programs of this name on PATH, in its order. */
export async function programs(name: string, path = process.env.PATH ?? ''): Promise<string[]> {
  const candidates = [...new Set(path.split(delimiter))].filter(Boolean).map(folder => join(folder, name))
  const runnable = await Promise.all(
    candidates.map(file =>
      access(file, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  )
  return candidates.filter((_, i) => runnable[i])
}

/** Why a client cannot build with BuildKit; nothing when it can. */
async function lacksBuildKit(docker: string): Promise<string | undefined> {
  const buildx = await execa(docker, ['buildx', 'version'], { reject: false })
  if (buildx.exitCode === 0 && /buildx/.test(buildx.stdout)) return undefined
  const { stdout } = await execa(docker, ['--version'], { reject: false })
  const version = /version (\d+)\./.exec(stdout ?? '')?.[1]
  if (version && Number(version) < 23) return undefined
  return `${docker} ${version ?? 'of unknown version'} without buildx`
}
