import type { PackedChart } from '../chart.js'
import type { ChartImage } from '../chart-images.js'
import { readIndex, referenceName, startLayout, writeBlobs, writeIndex } from '../registry/layout.js'
import { annotation, artifactsFile, packBundle } from './archive.js'
import { findImages, type Places } from './find.js'

/**
 * Writes images as one archive that containerd imports (`ctr images import`, k3s) under the names that the chart
 * speaks, together with the chart and what is attached to the images, as their SBOMs. Manifests and layers are the
 * registry's, byte for byte.
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
  await packBundle(archive, async layout => {
    await startLayout(layout)
    for (const [i, { image, registry, manifest }] of found.entries()) {
      places.log?.(`fetching ${image.name}`)
      await registry.pull(image.repository, manifest.descriptor.digest, `ocidir://${layout}:${i}`)
    }
    // regctl keeps what is attached to a manifest as an index of its own, under a name made of the digest.
    const attached = (await readIndex(layout)).flatMap(({ annotations, ...descriptor }) => {
      const name = annotations?.[referenceName] ?? ''
      return name.startsWith('sha256-') ? [{ ...descriptor, annotations: { [referenceName]: name } }] : []
    })
    await writeBlobs(layout, ...chart.blobs)
    const at = { [annotation.repository]: chart.repository, [referenceName]: chart.tag }
    await writeIndex(layout, [...attached, { ...chart.descriptor, annotations: at }], artifactsFile)
    await writeIndex(
      layout,
      found.map(({ image, manifest }) => ({
        ...manifest.descriptor,
        annotations: { [annotation.image]: nodeName(image) },
      })),
    )
  })
  return found.map(({ image, manifest }) => ({ name: image.name, digest: manifest.descriptor.digest }))
}

/** The name that a node looks for: of a tag and a digest, the digest counts. */
function nodeName({ host, repository, tag = 'latest', digest }: ChartImage): string {
  return `${host}/${repository}${digest ? `@${digest}` : `:${tag}`}`
}
