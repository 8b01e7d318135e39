import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Built, readBuilt, writeBuilt } from './built.js'
import { pushChart, readChart } from './chart.js'
import { type PushTarget, pushImages } from './push.js'
import { parseRegistry } from './registry/address.js'
import { type Descriptor, openRegistry } from './registry/client.js'
import { attachSbom } from './sbom.js'
import { sign } from './sign.js'

export interface PublishOptions extends PushTarget {
  /** Attach an SBOM to each image. */
  sbom: boolean
  /** Sign with this key; see `Signing`. */
  key?: string
}

/** One name in the registry, and what was done for it. */
export interface Published {
  name: string
  digest: string
  /** Nothing of it was sent: all was there. */
  kept: boolean
  sbom?: 'attached' | 'there'
  signature?: 'made' | 'there'
}

/**
 * Brings what a folder's build left into a registry: its images with their SBOMs, or its chart; signed if there is a key.
 * @throws ImagesError; what it names as in the registry is there whole
 */
export async function publish(dir: string, options: PublishOptions): Promise<Published[]> {
  const folder = resolve(dir)
  const isChart = await access(join(folder, 'Chart.yaml')).then(
    () => true,
    () => false,
  )
  const published: InRegistry[] = isChart
    ? [await pushChart(await readChart(folder), options)]
    : await publishImages(folder, options)
  const signed = await signAll(published, options)
  return published.map(({ name, descriptor: { digest }, kept, sbom }) => ({
    name,
    digest,
    kept,
    ...(sbom && { sbom }),
    ...(signed && { signature: signed.has(digestName(name, digest)) ? 'made' : 'there' }),
  }))
}

interface InRegistry {
  name: string
  repository: string
  descriptor: Descriptor
  kept: boolean
  sbom?: Published['sbom']
}

async function publishImages(folder: string, options: PublishOptions): Promise<InRegistry[]> {
  const built = await readBuilt(folder)
  const pushed = await pushImages(built, options)
  await noteDigests(folder, built, new Map(pushed.map(({ id, descriptor }) => [id, descriptor.digest])))
  if (!options.sbom) return pushed
  const registry = await openRegistry(parseRegistry(options.registry), options.dockerConfig)
  const done: InRegistry[] = []
  for (const image of pushed) {
    const sent = await attachSbom(registry, image.repository, image.descriptor, image.id)
    done.push({ ...image, sbom: sent ? 'attached' : 'there' })
  }
  return done
}

/** Adds the digests, which only a registry assigns, to dist/image.json. */
async function noteDigests(folder: string, { images }: Built, digests: Map<string, string>): Promise<void> {
  await writeBuilt(folder, { images: images.map(image => ({ ...image, digest: digests.get(image.id) })) })
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
