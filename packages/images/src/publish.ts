import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Built, readBuilt, writeBuilt } from './built.js'
import { type PackedChart, planChart, pushChart, readChart } from './chart.js'
import { ImagesError } from './images-error.js'
import { type PushTarget, planImages, pushImages } from './push.js'
import { parseRegistry } from './registry/address.js'
import type { Descriptor } from './registry/oci.js'
import { openRegistry } from './registry/registry.js'
import { attachSbom } from './sbom.js'
import { sign } from './sign.js'

export interface PublishOptions extends PushTarget {
  /** Attach an SBOM to each image. */
  sbom: boolean
  /** Push stand-ins for official images too, also under the official names. */
  standIns?: boolean | undefined
  /** Push an image of the sample under the name of Misskey. */
  sample?: boolean | undefined
  /** Sign with this key; see `Signing`. */
  key?: string
}

/** One name in the registry, and what was done for it. */
export interface Published {
  name: string
  digest: string
  /** Digest that it pointed to before, if to something else. */
  from?: string
  /** Nothing of it was sent: all was there. */
  kept: boolean
  sbom?: 'attached' | 'there'
  signature?: 'made' | 'there'
}

/** What a push will do with one name. */
export interface Planned {
  name: string
  /** Digest that it points to now; nothing when there is no such tag. */
  from?: string | undefined
  /** What it will point to: the engine's id of an image, the digest of a chart. Nothing when it has all of it already. */
  to?: string | undefined
}

/**
 * What `publish` would do. Sends nothing.
 * @throws ImagesError as `publish` does before it sends anything
 */
export async function planPublish(dir: string, options: PublishOptions): Promise<Planned[]> {
  const folder = resolve(dir)
  const chart = await chartIn(folder)
  if (chart) {
    const { name, from, descriptor, kept } = await planChart(chart, options)
    return [kept ? { name, from: descriptor.digest } : { name, from, to: descriptor.digest }]
  }
  const planned = await planImages(chosen(await readBuilt(folder), options), options)
  return planned.map(({ name, from, id, there }) => ({ name, from, to: there ? undefined : id }))
}

/**
 * Brings what a folder's build left into a registry: its images with their SBOMs, or its chart; signed if there is a key.
 * @throws ImagesError; what it names as in the registry is there whole
 */
export async function publish(dir: string, options: PublishOptions): Promise<Published[]> {
  const folder = resolve(dir)
  const chart = await chartIn(folder)
  const published: InRegistry[] = chart
    ? [await pushChart(chart, options)]
    : await publishImages(folder, options)
  const signed = await signAll(published, options)
  return published.map(({ name, descriptor: { digest }, from, kept, sbom }) => ({
    name,
    digest,
    ...(from && { from }),
    kept,
    ...(sbom && { sbom }),
    ...(signed && { signature: signed.has(digestName(name, digest)) ? 'made' : 'there' }),
  }))
}

/** The packaged chart of a chart's folder; nothing for any other folder. */
async function chartIn(folder: string): Promise<PackedChart | undefined> {
  const isChart = await access(join(folder, 'Chart.yaml')).then(
    () => true,
    () => false,
  )
  return isChart ? await readChart(folder) : undefined
}

/**
 * The images that are to be pushed: of stand-ins only what was asked for.
 * @throws ImagesError when that leaves out the image that a name promises
 */
function chosen({ images }: Built, { standIns, sample, log }: PublishOptions): Built {
  // The sample has only the name of what it stands in for.
  const samples = images.filter(({ standsInFor, tags }) => standsInFor === tags[0])
  if (samples.length > 0 && !sample) {
    throw new ImagesError(
      `nothing was pushed: ${samples.map(({ tags }) => tags[0]).join(', ')} was built from the sample, as its source could not be ` +
        'reached. Name a source (MISSKEY_SOURCE) and build again, or push the sample with --sample.',
    )
  }
  return {
    images: images.filter(image => {
      const { standsInFor, tags } = image
      const wanted = !standsInFor || standIns || samples.includes(image)
      if (!wanted) log?.(`not pushed: ${tags[0]}, a stand-in for ${standsInFor} (--stand-ins pushes it)`)
      return wanted
    }),
  }
}

interface InRegistry {
  name: string
  repository: string
  from?: string
  descriptor: Descriptor
  kept: boolean
  sbom?: Published['sbom']
}

async function publishImages(folder: string, options: PublishOptions): Promise<InRegistry[]> {
  const built = await readBuilt(folder)
  const pushed = await pushImages(chosen(built, options), options)
  await noteDigests(folder, built, new Map(pushed.map(({ id, descriptor }) => [id, descriptor.digest])))
  if (!options.sbom) return pushed
  const registry = openRegistry(parseRegistry(options.registry), options)
  const done: InRegistry[] = []
  for (const { id, ...image } of pushed) {
    const subject = built.images.find(image => image.id === id)
    if (!subject) throw new Error(`${id} was pushed, but not built`)
    const sent = await attachSbom(registry, image.repository, image.descriptor, subject)
    done.push({ ...image, sbom: sent ? 'attached' : 'there' })
  }
  return done
}

/** Adds the digests, which only a registry assigns, to dist/image.json. */
async function noteDigests(folder: string, { images }: Built, digests: Map<string, string>): Promise<void> {
  await writeBuilt(folder, {
    images: images.map(image => ({ ...image, digest: digests.get(image.id) ?? image.digest })),
  })
}

async function signAll(
  published: { name: string; descriptor: Descriptor }[],
  { key, registry, dockerConfig }: PublishOptions,
): Promise<Set<string> | undefined> {
  if (!key) return undefined
  const names = published.map(({ name, descriptor }) => digestName(name, descriptor.digest))
  const plain = parseRegistry(registry).origin.startsWith('http:')
  return new Set(await sign(names, { key, plain, ...(dockerConfig && { dockerConfig }) }))
}

const digestName = (name: string, digest: string) => `${name.replace(/:[^:/]*$/, '')}@${digest}`
