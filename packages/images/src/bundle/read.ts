import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { parseImage } from '../chart-images.js'
import { repositoryShape, tagShape } from '../image-file.js'
import { ImagesError } from '../images-error.js'
import { blobPath, readIndex, readManifest, referenceName } from '../registry/layout.js'
import { type Descriptor, type Manifest, parts } from '../registry/oci.js'
import { annotation, artifactsFile } from './archive.js'

/** Something of a bundle that is to have a name in a registry. */
export interface Entry {
  manifest: Manifest
  repository: string
  /** None for an image that is found by its digest only. */
  tag?: string | undefined
}

/** What a bundle holds. */
export interface Bundle {
  images: Entry[]
  chart: Entry
  /** Indexes of what is attached to a manifest, under the reference by which regctl finds them. */
  attached: Descriptor[]
}

/** The descriptor of an image, an artifact's index, or a chart, as a stranger wrote it. */
const name = z.object({ repository: repositoryShape, tag: tagShape.optional() })

/**
 * Reads an unpacked bundle, which may come from anyone.
 * @throws ImagesError naming everything that is wrong: names outside of what a registry allows, or content that is not what its
 *   digest and size say
 */
export async function readBundle(archive: string, layout: string): Promise<Bundle> {
  try {
    return await read(layout)
  } catch (error) {
    const words =
      error instanceof z.ZodError
        ? error.issues.map(issue => issue.message).join('; ')
        : (error as Error).message
    throw new ImagesError(`${archive} is no bundle of images: ${words}`)
  }
}

async function read(layout: string): Promise<Bundle> {
  const [images, artifacts] = [await readIndex(layout), await readIndex(layout, artifactsFile)]
  const attached = artifacts.filter(({ annotations }) =>
    /^sha256-[0-9a-f]{64}$/.test(annotations?.[referenceName] ?? ''),
  )
  const [chart, ...more] = artifacts.filter(artifact => !attached.includes(artifact))
  if (!chart || more.length > 0) throw new Error(`it holds ${more.length + (chart ? 1 : 0)} charts, not one`)

  const problems = await wrongContent(layout, [...images, ...artifacts])
  if (problems.length > 0) throw new Error(`not what they say: ${problems.join(', ')}`)
  const named = images.map(({ annotations }) => annotations?.[annotation.image] ?? '')
  const twice = named.filter((image, i) => named.indexOf(image) !== i)
  if (twice.length > 0) throw new Error(`it holds several images named ${twice.join(', ')}`)

  const entry = async (descriptor: Descriptor, as: unknown): Promise<Entry> => ({
    manifest: await readManifest(layout, descriptor),
    ...name.parse(as),
  })
  return {
    images: await Promise.all(images.map((image, i) => entry(image, parseImage(named[i] ?? '')))),
    chart: await entry(chart, {
      repository: chart.annotations?.[annotation.repository],
      tag: chart.annotations?.[referenceName],
    }),
    attached,
  }
}

/** Digests of everything below these manifests that is missing, or of another size or content. */
async function wrongContent(layout: string, manifests: Descriptor[]): Promise<string[]> {
  const seen = new Map<string, boolean>()
  const check = async (descriptor: Descriptor, isManifest: boolean): Promise<void> => {
    const { digest } = descriptor
    const known = seen.get(digest)
    if (known === undefined) seen.set(digest, await isWhole(layout, descriptor))
    if (known !== undefined || !seen.get(digest) || !isManifest) return
    const { content } = await readManifest(layout, descriptor)
    for (const part of parts(content)) await check(part, false)
    for (const inner of content.manifests ?? []) await check(inner, true)
  }
  for (const manifest of manifests) await check(manifest, true)
  return [...seen].flatMap(([digest, whole]) => (whole ? [] : digest))
}

async function isWhole(layout: string, { digest, size }: Descriptor): Promise<boolean> {
  const path = blobPath(layout, digest)
  const found = await lstat(path).catch(() => undefined)
  if (!found?.isFile() || found.size !== size) return false
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return `sha256:${hash.digest('hex')}` === digest
}

/** Labels of an image of the bundle; a chart has none. */
export async function labelsOf(
  layout: string,
  { content: { config } }: Manifest,
): Promise<Record<string, string>> {
  if (!config) return {}
  const { config: settings } = JSON.parse(await readFile(blobPath(layout, config.digest), 'utf8'))
  return settings?.Labels ?? {}
}
