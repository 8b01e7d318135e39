import type { Builder } from './builder.js'
import { findBuilder } from './find-builder.js'
import { ImagesError } from './images-error.js'
import { parseRegistry } from './registry/address.js'
import { type Descriptor, type Manifest, openRegistry, parts, type Registry } from './registry/client.js'
import { hasSameContent } from './same-content.js'

/*
 * How we talk to registries: the engine (or buildah) sends an image's layers, as only it knows which of them the
 * registry already has; everything else (looking before, proving after, SBOMs, the chart, bundles) is done over HTTP by registry/,
 * with the same login. So a push needs Node.js and the engine and nothing else: regctl, crane and oras would have to be
 * compiled first, and skopeo of Debian 12 is older than attachments (OCI 1.1).
 */

/** Where to push, and what may be replaced there. */
export interface PushTarget {
  /** `[http://|https://]HOST[:PORT][/PREFIX]` */
  registry: string
  /** Folder with a config.json that holds the registry's password; else the user's own. */
  dockerConfig?: string
  /** All tags may be moved from another image to the one pushed, not only those of images that say so, and `latest`. */
  move?: boolean | undefined
  /** Hears what is being sent. */
  log?: (text: string) => void
}

/** An image of the engine, and its names in a registry. */
export interface Pushable {
  /** `sha256:…` in the engine. */
  id: string
  /** Each `REPOSITORY:TAG`. */
  tags: string[]
  /** The tags may be moved from another image to this one. */
  moving?: boolean | undefined
}

/** An image as a registry holds it. */
export interface PushedImage {
  /** Id in the engine. */
  id: string
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  repository: string
  /** Its manifest. */
  descriptor: Descriptor
  /** Was there before: nothing was sent. */
  kept: boolean
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
  const registry = await openRegistry(parseRegistry(target.registry), target.dockerConfig)
  const wanted = images.flatMap(({ id, tags, moving = false }) =>
    tags.map(tag => ({ id, moving, ...split(tag) })),
  )
  let found: Promise<Builder> | undefined
  const builder = () => {
    found ??= findBuilder(target.log) // only when it is needed: what is there already needs none
    return found
  }
  const seen = await Promise.all(wanted.map(image => look(registry, image, target.move ?? false, builder)))
  const problems = seen.flatMap(({ problem }) => problem ?? [])
  if (problems.length > 0) throw new ImagesError(`nothing was pushed:\n${indent(problems)}`)

  const pushed: PushedImage[] = []
  const failed: string[] = []
  if (seen.some(({ there }) => !there)) await builder() // without one nothing is sent at all
  const reach = { dockerConfig: target.dockerConfig, plain: registry.address.origin.startsWith('http:') }
  for (const image of seen) {
    const name = `${registry.name(image.repository)}:${image.tag}`
    try {
      if (!image.there) {
        target.log?.(`pushing ${name}`)
        await (await builder()).push(image.id, name, reach)
      }
      const { descriptor } = image.there ?? (await prove(registry, image))
      const { id, repository } = image
      pushed.push({ id, name, repository, descriptor, kept: Boolean(image.there) })
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

interface Wanted {
  id: string
  moving: boolean
  repository: string
  tag: string
}

interface Looked extends Wanted {
  there?: Manifest
  problem?: string
}

/** Does the tag stand for this image already, for none, or for another one that must stay? */
async function look(
  registry: Registry,
  image: Wanted,
  move: boolean,
  builder: () => Promise<Builder>,
): Promise<Looked> {
  const found = await registry.manifest(image.repository, image.tag)
  if (!found) return image
  if (holds(found, image.id) || (await hasSameContent(registry, image.repository, found, image.id, builder)))
    return (await missing(registry, image, found)).length > 0 ? image : { ...image, there: found }
  if (move || image.moving || image.tag === 'latest') return image
  return { ...image, problem: taken(registry, image, found) }
}

/** The message about a tag that must not be moved. */
export function taken(
  registry: Registry,
  { repository, tag }: { repository: string; tag: string },
  found: Manifest,
): string {
  return (
    `${registry.name(repository)}:${tag} already points to a different image (${found.descriptor.digest}). ` +
    'Its users would get something else under the same name: raise the version, or pass --move.'
  )
}

/** The engine's id of an image is the digest of its config, or with the containerd store that of its manifest. */
function holds({ content, descriptor }: Manifest, id: string): boolean {
  return content.config?.digest === id || descriptor.digest === id
}

/** Verifies that the registry has the image, as a pull would. */
async function prove(registry: Registry, image: Wanted): Promise<Manifest> {
  const byTag = await registry.manifest(image.repository, image.tag)
  if (!byTag || !holds(byTag, image.id)) {
    const digest = byTag?.descriptor.digest ?? 'nothing'
    throw new ImagesError(`the engine reports it as pushed, but in the registry the tag points to ${digest}`)
  }
  const found = await registry.manifest(image.repository, byTag.descriptor.digest)
  const lacks = await missing(registry, image, byTag)
  if (found && lacks.length === 0) return byTag
  throw new ImagesError(
    `the registry took it but does not have ${lacks.join(', ') || byTag.descriptor.digest}`,
  )
}

/** Parts of an image that the registry does not have, or has in another size. */
async function missing(registry: Registry, { repository }: Wanted, { content }: Manifest): Promise<string[]> {
  const wanted = parts(content)
  const sizes = await Promise.all(wanted.map(({ digest }) => registry.blobSize(repository, digest)))
  return wanted.filter(({ size }, i) => sizes[i] !== size).map(({ digest }) => digest)
}

function split(name: string): { repository: string; tag: string } {
  const colon = name.lastIndexOf(':')
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
}

const indent = (lines: string[]) => lines.map(line => `  ${line}`).join('\n')
