import { join } from 'node:path'
import { allOrEveryProblem } from './all-problems.js'
import type { Builder } from './builder.js'
import { findBuilder } from './find-builder.js'
import { ImagesError } from './images-error.js'
import { parseRegistry, repositoryAt } from './registry/address.js'
import { onlyImage } from './registry/layout.js'
import { type Descriptor, type Manifest, parts } from './registry/oci.js'
import type { Access } from './registry/regctl.js'
import { openRegistry, type Registry } from './registry/registry.js'
import { hasSameContent } from './same-content.js'
import { type Move, mustStay, plan } from './tags.js'
import { withTemporary } from './temporary.js'

/** Where to push, and what may be replaced there. */
export interface PushTarget extends Access {
  /** `[http://|https://]HOST[:PORT][/PREFIX]` */
  registry: string
  /** Which tags may be moved from another image to the one pushed. */
  move?: Move | undefined
}

/** An image of the engine, and its names in a registry. */
export interface Pushable {
  /** `sha256:…` in the engine. */
  id: string
  /** Each `REPOSITORY:TAG`. */
  tags: string[]
  /** The one of them that is a genuine image's, for which it stands in. */
  standsInFor?: string | undefined
}

/** What a push will do with one name of an image. */
export interface PlannedImage {
  /** Id in the engine. */
  id: string
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  repository: string
  tag: string
  /** Digest that the tag points to now. */
  from?: string
  /** What the registry has of it already, all that is needed: nothing will be sent. */
  there?: Manifest
}

/** An image as a registry holds it. */
export interface PushedImage {
  /** Id in the engine. */
  id: string
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  repository: string
  /** Digest that the tag pointed to before, if to another image. */
  from?: string
  /** Its manifest. */
  descriptor: Descriptor
  /** Was there before: nothing was sent. */
  kept: boolean
}

/**
 * What a push of these images would do. Sends nothing.
 * @throws ImagesError naming every tag that must not be moved
 */
export async function planImages(
  { images }: { images: Pushable[] },
  target: PushTarget,
): Promise<PlannedImage[]> {
  return await planOn(openRegistry(parseRegistry(target.registry), target), images, target, lazily(target))
}

/**
 * Pushes each image under each of its names; what is there already is not sent again. Returns only when the registry,
 * queried afterwards, has all of it.
 * @throws ImagesError with every problem, before anything is sent; or with what was pushed and
 *   what was not
 */
export async function pushImages(
  { images }: { images: Pushable[] },
  target: PushTarget,
): Promise<PushedImage[]> {
  const registry = openRegistry(parseRegistry(target.registry), target)
  const builder = lazily(target)
  const planned = await planOn(registry, images, target, builder)
  const pushed: PushedImage[] = []
  const failed: string[] = []
  if (planned.some(({ there }) => !there)) await builder() // without one nothing is sent at all
  const unsent = planned.filter(({ there }) => !there)
  for (const { name, id, from } of unsent) target.log?.(`to push: ${plan(name, from, id)}`)
  await probeAll(
    registry,
    unsent.map(({ repository }) => repository),
  )
  const held: Held = { blobs: new Map(), images: new Map() }
  for (const image of planned) if (image.there) hold(held, image, image.there)
  for (const image of planned) {
    const { id, name, repository, from, there } = image
    try {
      if (!there) target.log?.(`pushing ${name}`)
      const manifest = there ?? (await send(registry, await builder(), image, held))
      if (!there) hold(held, image, manifest)
      const { descriptor } = manifest
      const before = !there && from && { from }
      pushed.push({ id, name, repository, ...before, descriptor, kept: Boolean(there) })
    } catch (error) {
      if (!(error instanceof ImagesError)) throw error
      failed.push(`${name}: ${error.message}`)
    }
  }
  if (failed.length === 0) return pushed
  const done = pushed.map(({ name }) => name).join(', ') || 'nothing'
  throw new ImagesError(
    `not pushed:\n${indent(failed)}\nIn the registry: ${done}. Run it again: what is there is not sent again.`,
  )
}

/**
 * Finds out whether something may be sent to these repositories.
 * @throws ImagesError with every problem
 */
export async function probeAll(registry: Registry, repositories: string[]): Promise<void> {
  const hub = /^(docker\.io|(index|registry-1)\.docker\.io)$/.test(registry.address.host)
  const probes = [...new Set(repositories)].map(async repository => {
    if (hub && repositoryAt(registry.address, repository).split('/').length !== 2)
      throw new ImagesError(
        `Docker Hub has only names like NAMESPACE/NAME, so there is no place for ${registry.name(repository)}`,
      )
    await registry.probe(repository)
  })
  await allOrEveryProblem(probes).catch(error => {
    if (error instanceof ImagesError) throw nothingPushed(error.message.split('\n'))
    throw error
  })
}

export const nothingPushed = (problems: string[]) =>
  new ImagesError(`nothing was pushed:\n${indent(problems)}`)

type FindBuilder = () => Promise<Builder>

/** Looks for the engine when it is first needed: what is there already needs none. */
function lazily({ log }: PushTarget): FindBuilder {
  let found: Promise<Builder> | undefined
  return () => {
    found ??= findBuilder(log)
    return found
  }
}

async function planOn(
  registry: Registry,
  images: Pushable[],
  { move = false }: PushTarget,
  builder: FindBuilder,
): Promise<PlannedImage[]> {
  const looks = await allOrEveryProblem(
    images.flatMap(({ id, tags, standsInFor }) =>
      tags.map(tag => look(registry, { id, standsInFor, ...split(tag) }, move, builder)),
    ),
  )
  const problems = looks.flatMap(({ problem }) => problem ?? [])
  if (problems.length > 0) throw nothingPushed(problems)
  return looks.map(({ planned }) => planned)
}

/** Does the tag stand for this image already, for none, or for another one that must stay? */
async function look(
  registry: Registry,
  { standsInFor, ...image }: Pick<PlannedImage, 'id' | 'repository' | 'tag'> & Pick<Pushable, 'standsInFor'>,
  move: Move,
  builder: FindBuilder,
): Promise<{ planned: PlannedImage; problem?: string | undefined }> {
  const { id, repository } = image
  const name = `${registry.name(repository)}:${image.tag}`
  const found = await registry.manifest(repository, image.tag)
  if (!found) return { planned: { ...image, name } }
  const { digest } = found.descriptor
  const planned = { ...image, name, from: digest }
  const config = holds(found, id) ? undefined : await registry.config(repository, found)
  if (holds(found, id) || (config && (await hasSameContent(config, id, builder)))) {
    const whole = (await missing(registry, repository, found)).length === 0
    return { planned: whole ? { ...planned, there: found } : planned }
  }
  const tag = `${repository}:${image.tag}`
  const labels = config?.config?.Labels ?? {}
  return { planned, problem: mustStay({ name, tag, standsInFor, digest, labels }, move) }
}

/** What the registry holds of this push, by digest: of a layer or config, and of the engine's ids of whole images. */
interface Held {
  blobs: Blobs
  images: Map<string, { repository: string; digest: string }>
}

/** Digest → a repository of the registry that has it. */
type Blobs = Map<string, string>

/** Has the registry take over from its other repositories what it holds of a manifest there. */
export async function mountParts(
  registry: Registry,
  { content }: Manifest,
  repository: string,
  held: Blobs,
): Promise<void> {
  for (const { digest } of parts(content)) {
    const from = held.get(digest)
    if (from && from !== repository) await registry.mount(from, repository, digest)
  }
}

function hold(held: Held, { id, repository }: PlannedImage, { content, descriptor }: Manifest): void {
  held.images.set(id, { repository, digest: descriptor.digest })
  for (const { digest } of parts(content)) held.blobs.set(digest, repository)
}

/**
 * Sends an image under one of its names. What the registry holds under another name is not sent again.
 * @returns what the registry then has
 */
async function send(
  registry: Registry,
  builder: Builder,
  { id, repository, tag }: PlannedImage,
  held: Held,
): Promise<Manifest> {
  const same = held.images.get(id)
  if (same) {
    await registry.copy(same, repository, tag)
    return await prove(registry, repository, tag, same.digest)
  }
  return await withTemporary(async folder => {
    const layout = join(folder, 'layout')
    await builder.save(id, layout)
    const manifest = await onlyImage(layout)
    await mountParts(registry, manifest, repository, held.blobs)
    await registry.push(`ocidir://${layout}:image`, repository, tag)
    return await prove(registry, repository, tag, manifest.descriptor.digest)
  })
}

/** The engine's id of an image is the digest of its config, or with the containerd store that of its manifest. */
function holds({ content, descriptor }: Manifest, id: string): boolean {
  return content.config?.digest === id || descriptor.digest === id
}

/** Verifies that the registry has what was sent, as a pull would. */
async function prove(registry: Registry, repository: string, tag: string, digest: string): Promise<Manifest> {
  const found = await registry.manifest(repository, tag)
  const there = found?.descriptor.digest
  if (!found || there !== digest)
    throw new ImagesError(
      `it was sent as ${digest}, but in the registry the tag points to ${there ?? 'nothing'}`,
    )
  const lacks = await missing(registry, repository, found)
  if (lacks.length === 0) return found
  throw new ImagesError(`the registry took it but does not have ${lacks.join(', ')}`)
}

/** Parts of an image that the registry does not have. */
async function missing(registry: Registry, repository: string, { content }: Manifest): Promise<string[]> {
  const wanted = parts(content)
  const there = await Promise.all(wanted.map(({ digest }) => registry.hasBlob(repository, digest)))
  return wanted.filter((_, i) => !there[i]).map(({ digest }) => digest)
}

function split(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':')
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}

const indent = (lines: string[]) => lines.map(line => `  ${line}`).join('\n')
