import { randomUUID } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { cacheFolder } from '@bluecore/cache'
import { execa } from 'execa'
import { type Base, parseBase, resolveBase } from './base.js'
import { type Builder, call, findBuilder } from './builder.js'
import { fullEngine } from './engine.js'
import { sourceDate } from './epoch.js'
import { fullDisk, isFull } from './full-disk.js'
import { buildArguments, type ImageFile, readImageFile } from './image-file.js'
import { ImagesError } from './images-error.js'
import { openContainerLabels } from './labels.js'
import { revision, sourceUrl } from './revision.js'
import { stageContext } from './stage.js'

/** One image as the engine holds it after a build. */
export interface BuiltImage {
  /** Repository, e.g. `bluecore/postgresql`. */
  name: string
  version: string
  /** Every `repository:tag` that it has in a registry; the first is its name in the engine. */
  tags: string[]
  /** Id in the engine, `sha256:…` */
  id: string
  /** Bytes, unpacked. */
  size: number
  /** As image.json or stage.mjs named it, and the one that was found. */
  base: Base
  /** Commit of the sources, when known. */
  revision?: string | undefined
  /** Its tags in a registry may be moved from another image to this one. */
  moving?: boolean | undefined
  /** Of its manifest in a registry, once it was pushed. */
  digest?: string | undefined
}

/** What a build leaves in `dist/image.json`. */
export interface Built {
  images: BuiltImage[]
}

const say = (text: string) => console.error(text)

/**
 * Builds every image that `dir/image.json` names and writes `dir/dist/image.json`.
 * Unchanged inputs come from the engine's layer cache.
 * @throws ImagesError for a wrong description, a missing input, base or engine, and a failed build
 */
export async function buildImage(dir: string, env: NodeJS.ProcessEnv = process.env): Promise<Built> {
  return await build(dir, env).catch(async error => {
    throw (await fullDisk(error, [resolve(dir), cacheFolder(env)])) ?? error
  })
}

async function build(dir: string, env: NodeJS.ProcessEnv): Promise<Built> {
  const folder = resolve(dir)
  const file = await readImageFile(folder)
  const stamp = join(folder, 'dist', 'image.json')
  await rm(stamp, { force: true }) // a failed build must not leave the last one's
  const builder = await findBuilder(say, env.PATH)
  const { context, result } = await stageContext(folder, file, env, say)
  const wanted = result.base ? parseBase(result.base) : file.base
  const { reference, digest } = await resolveBase(builder, wanted, say)
  const base = { name: wanted.name, digest }
  const [source, commit] = await Promise.all([sourceUrl(folder), revision(folder)])
  const images = await withOwnName(builder, reference, async from => {
    const built: BuiltImage[] = []
    for (const spec of file.images) {
      const labels = {
        ...openContainerLabels(spec, { base, source, revision: commit }),
        ...spec.labels,
        ...result.labels,
      }
      const args = {
        ...buildArguments(file, spec),
        ...result.args,
        BASE: from,
        SOURCE_DATE_EPOCH: `${sourceDate(env)}`,
      }
      const options = [
        ...words('--build-arg', args),
        ...words('--label', labels),
        ...(await secrets(file)),
        ...proxies(env),
        ...['--file', join(folder, 'Dockerfile')],
      ]
      const tags = [`${spec.name}:${spec.version}`, ...spec.also]
      const made = await buildOne(builder, `${spec.name}:${spec.version}`, [...options, context])
      built.push({
        name: spec.name,
        version: spec.version,
        tags,
        ...made,
        base,
        revision: commit,
        moving: spec.moving,
      })
    }
    return built
  })
  await writeBuilt(folder, { images })
  return { images }
}

/** Notes what a build made in `dir/dist/image.json`, whole or not at all. */
export async function writeBuilt(dir: string, built: Built): Promise<void> {
  const dist = join(dir, 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(join(dist, 'image.json.new'), `${JSON.stringify(built, null, 2)}\n`)
  await rename(join(dist, 'image.json.new'), join(dist, 'image.json'))
}

/**
 * What the last build of `dir` made.
 * @throws ImagesError when it was not built
 */
export async function readBuilt(dir: string): Promise<Built> {
  const path = join(dir, 'dist', 'image.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ImagesError(`${path} is missing: build the image first (images build, in ${dir})`)
  })
  return JSON.parse(text)
}

/**
 * Runs `work` with a name for the base that no other build uses. BuildKit of engine 20.10 finds nothing in its
 * layer cache while another build runs on a base of the same name.
 */
async function withOwnName<T>(
  builder: Builder,
  base: string,
  work: (name: string) => Promise<T>,
): Promise<T> {
  if (!builder.ownNames) return await work(base)
  const name = `bluecore/building:${randomUUID()}`
  await call(builder, 'tag', base, name)
  try {
    return await work(name)
  } finally {
    await call(builder, 'rmi', name)
  }
}

async function buildOne(
  builder: Builder,
  tag: string,
  args: string[],
): Promise<{ id: string; size: number }> {
  say(`building ${tag}`)
  const output = ['inherit', 'pipe'] as const
  const { exitCode, stderr } = await execa(
    builder.command,
    ['build', ...builder.options, '--tag', tag, ...args],
    { env: builder.env, stdout: process.stderr, stderr: output, reject: false },
  )
  if (exitCode !== 0) {
    // A Dockerfile's own word for it, so that the last line says it all.
    const download = /\bdownload failed: .*/.exec(stderr)?.[0]
    const todo = isFull(stderr) ? fullEngine : ''
    throw new ImagesError(`${tag} was not built: ${download ?? 'the reason stands above'}${todo}`)
  }
  const made = await builder.inspect(tag)
  if (!made) throw new ImagesError(`the engine built ${tag} but does not have it`)
  return { id: made.Id, size: made.Size }
}

function words(option: string, values: Record<string, string>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [option, `${key}=${value}`])
}

async function secrets(file: ImageFile): Promise<string[]> {
  const found: string[] = []
  for (const [id, path] of Object.entries(file.secrets)) {
    const there = await access(path).then(
      () => true,
      () => false,
    )
    if (there) found.push('--secret', `id=${id},src=${path}`)
  }
  return found
}

/** A proxy of this machine serves builds too. The engine knows these arguments and keeps them out of the image. */
function proxies(env: NodeJS.ProcessEnv): string[] {
  const known = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
  return known.filter(name => env[name]).flatMap(name => ['--build-arg', name])
}
