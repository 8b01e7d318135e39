import type { PackedChart } from '../chart.js'
import type { ChartImage } from '../chart-images.js'
import { type Descriptor, parts } from '../registry/client.js'
import { attachedFile, attachments } from '../registry/referrers.js'
import { spdx } from '../sbom.js'
import { type FoundImage, findImages, type Places } from './find.js'
import { annotation, type Layout, packLayout } from './layout.js'

/**
 * Writes images as one archive that containerd imports (`ctr images import`, k3s) under the names that the chart
 * speaks, together with the chart and the images' SBOMs. Manifests and layers are the registry's, byte for byte.
 * @returns each image's digest
 * @throws ImagesError naming every image that no registry has; then nothing is written
 */
export async function writeBundle(
  archive: string,
  images: ChartImage[],
  chart: PackedChart,
  places: Places,
): Promise<{ name: string; digest: string }[]> {
  const found = await findImages(images, places)
  await packLayout(archive, async layout => {
    const artifacts: Descriptor[] = []
    for (const image of found) {
      await keepImage(layout, image)
      artifacts.push(...(await keepSboms(layout, image)))
    }
    for (const { descriptor, bytes } of chart.blobs) await layout.write(descriptor.digest, bytes)
    await layout.write(chart.descriptor.digest, chart.manifest)
    const { descriptor, repository, tag } = chart
    artifacts.push({
      ...descriptor,
      annotations: { [annotation.repository]: repository, [annotation.tag]: tag },
    })
    await layout.writeIndex(
      'index.json',
      found.map(({ image, manifest }) => ({
        ...manifest.descriptor,
        annotations: { [annotation.image]: nodeName(image) },
      })),
    )
    await layout.writeIndex('artifacts.json', artifacts)
  })
  return found.map(({ image, manifest }) => ({ name: image.name, digest: manifest.descriptor.digest }))
}

/** The name that a node looks for: of a tag and a digest, the digest counts. */
function nodeName({ host, repository, tag = 'latest', digest }: ChartImage): string {
  return `${host}/${repository}${digest ? `@${digest}` : `:${tag}`}`
}

async function keepImage(layout: Layout, { image, registry, manifest }: FoundImage): Promise<void> {
  for (const { digest } of parts(manifest.content)) {
    if (await layout.has(digest)) continue // a layer that several share
    const { body } = await registry.blob(image.repository, digest)
    await layout.write(digest, body as ReadableStream)
  }
  await layout.write(manifest.descriptor.digest, manifest.bytes)
}

async function keepSboms(layout: Layout, { image, registry, manifest }: FoundImage): Promise<Descriptor[]> {
  const { repository } = image
  const kept: Descriptor[] = []
  for (const sbom of await attachments(registry, repository, manifest.descriptor.digest, spdx)) {
    const attached = await attachedFile(registry, repository, sbom)
    for (const { digest } of parts(attached.manifest.content)) {
      const { body } = await registry.blob(repository, digest)
      await layout.write(digest, body as ReadableStream)
    }
    await layout.write(sbom.digest, attached.manifest.bytes)
    kept.push({
      ...attached.manifest.descriptor,
      artifactType: spdx,
      annotations: { [annotation.repository]: repository },
    })
  }
  return kept
}
