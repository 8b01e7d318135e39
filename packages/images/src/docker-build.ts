import { randomUUID } from 'node:crypto'
import { execa, execaSync } from 'execa'
import { type Builder, runBuilder } from './builder.js'
import { freeEngineSpace } from './engine.js'
import { engineBuilder } from './engine-builder.js'
import { isFull } from './full-disk.js'
import { ImagesError } from './images-error.js'
import { cleanedUp } from './temporary.js'

/** Input of one `docker build`. */
export interface DockerBuild {
  /** Folder that is sent to the engine. */
  context: string
  /** Path of the Dockerfile; by default the one in the context. */
  dockerfile?: string
  /** Value of the Dockerfile's `ARG BASE`: an image that the engine has. */
  base: string
  /** Names of the image in the engine. */
  tags: readonly [string, ...string[]]
  buildArgs?: Record<string, string>
  labels?: Record<string, string>
  /** Build secrets: id → file on this machine. */
  secrets?: Record<string, string>
  /** Called with each line that the build writes, as it comes. */
  onLine?: (line: string) => void
}

/**
 * The one place that runs `docker build`, with BuildKit and this machine's proxies.
 * @param builder the container engine by default
 * @returns id (`sha256:…`) and unpacked size in bytes of the image
 * @throws ImagesError with the last lines of this build when it fails; when there is no engine
 */
export async function dockerBuild(
  build: DockerBuild,
  builder?: Builder,
): Promise<{ id: string; size: number }> {
  const client = builder ?? (await engineBuilder())
  const [tag] = build.tags
  await withOwnName(client, build.base, async base => {
    const args = [
      ...client.options,
      ...build.tags.flatMap(name => ['--tag', name]),
      ...pairs('--build-arg', { ...build.buildArgs, BASE: base }),
      ...pairs('--label', build.labels),
      ...Object.entries(build.secrets ?? {}).flatMap(([id, path]) => ['--secret', `id=${id},src=${path}`]),
      ...proxies().flatMap(name => ['--build-arg', name]),
      ...(build.dockerfile ? ['--file', build.dockerfile] : []),
    ]
    const child = execa(client.command, ['build', ...args, build.context], {
      env: client.env,
      all: true,
      reject: false,
    })
    for await (const line of child.iterable({ from: 'all' })) build.onLine?.(line)
    const { exitCode, all, shortMessage } = await child
    if (exitCode !== 0) throw failure(tag, all || (shortMessage ?? ''))
  })
  const image = await client.inspect(tag)
  if (!image) throw new ImagesError(`the engine built ${tag} but does not have it`)
  return { id: image.Id, size: image.Size }
}

/**
 * Runs `work` with a name for the base that no other build uses: BuildKit of engine 20.10 finds nothing in its layer
 * cache while another build runs on a base of the same name.
 */
async function withOwnName(
  builder: Builder,
  base: string,
  work: (name: string) => Promise<void>,
): Promise<void> {
  if (!builder.ownNames) return await work(base)
  const name = `bluecore/building:${randomUUID()}`
  await runBuilder(builder, 'tag', base, name)
  const { command, env } = builder
  const remove = () => execaSync(command, ['rmi', name], { env, reject: false })
  await cleanedUp(remove, async () => {
    try {
      await work(name)
    } finally {
      await runBuilder(builder, 'rmi', name)
    }
  })
}

/** With this build's own last lines: builds run in parallel, and above stand those of all. */
function failure(tag: string, output: string): ImagesError {
  const lines = output.split('\n').filter(line => line.trim() !== '')
  // Written by a Dockerfile that knows the reason; repeated, so that the message ends with it.
  const download = /\bdownload failed: .*/.exec(output)?.[0]
  const advice = download ?? (isFull(output) ? freeEngineSpace : undefined)
  const seen = lines.slice(-15).map(line => `  ${line}`)
  return new ImagesError(
    [`${tag} was not built. The last lines of its build:`, ...seen, ...(advice ? [advice] : [])].join('\n'),
  )
}

function pairs(option: string, values: Record<string, string> = {}): string[] {
  return Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`])
}

/** A proxy of this machine serves builds too. The engine knows these arguments and keeps them out of the image. */
function proxies(): string[] {
  const known = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
  return known.filter(name => process.env[name])
}
