import { allOrEveryProblem } from '../all-problems.js'
import type { ChartImage } from '../chart-images.js'
import { ImagesError } from '../images-error.js'
import { parseRegistry } from '../registry/address.js'
import type { Manifest } from '../registry/oci.js'
import type { Access } from '../registry/regctl.js'
import { openRegistry, type Registry } from '../registry/registry.js'

/** Where to look for images. */
export interface Places extends Access {
  /** Registry that has all of them under their repository and tag, whatever host their names have; else each one's own. */
  from?: string
}

/** An image, and the manifest that a registry has of it. */
export interface FoundImage {
  image: ChartImage
  registry: Registry
  manifest: Manifest
}

/**
 * Asks registries for images.
 * @throws ImagesError naming every image that is not there
 */
export async function findImages(images: ChartImage[], { from, ...access }: Places): Promise<FoundImage[]> {
  const open = new Map<string, Registry>() // one for each address: its login is looked up once
  const asked = images.map(async image => {
    const address = from ?? image.host
    if (address === 'docker.io') {
      throw new ImagesError(
        `${image.name}: Docker Hub is not asked. Name a registry that has it, with --from`,
      )
    }
    const registry = open.get(address) ?? openRegistry(parseRegistry(address), access)
    open.set(address, registry)
    const found = await registry.manifest(image.repository, image.digest ?? image.tag ?? 'latest')
    if (!found)
      throw new ImagesError(`${registry.name(image.repository)} has no ${image.digest ?? image.tag}`)
    return { image, registry, manifest: await forThisPlatform(registry, image, found) }
  })
  return await allOrEveryProblem(asked)
}

/** Of an image for several platforms, the one for ours: linux/amd64. */
async function forThisPlatform(registry: Registry, image: ChartImage, found: Manifest): Promise<Manifest> {
  const { manifests } = found.content
  if (!manifests) return found
  const ours = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === 'amd64')
  const manifest = ours && (await registry.manifest(image.repository, ours.digest))
  if (!manifest) throw new ImagesError(`${image.name} is not for linux/amd64`)
  if (!image.digest) return manifest
  throw new ImagesError(
    `${image.name} is pinned to several platforms at once: pin it to ${ours.digest}, which is linux/amd64`,
  )
}
