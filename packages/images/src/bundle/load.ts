import { parseImage } from '../chart-images.js'
import { ImagesError } from '../images-error.js'
import { type PushTarget, taken } from '../push.js'
import { parseRegistry } from '../registry/address.js'
import { type Descriptor, type Manifest, openRegistry, parts, type Registry } from '../registry/client.js'
import { putReferrer } from '../registry/referrers.js'
import { annotation, type Layout, withLayout } from './layout.js'

/** What a registry holds of a bundle. */
export interface Loaded {
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  digest: string
  /** Was there before. */
  kept: boolean
}

/**
 * Pushes a bundle into a registry: the images and the chart under their tags, the SBOMs beside their images; digests
 * stay what they were. A tag is set when all behind it is there.
 * @throws ImagesError naming every tag that stands for something else there, before anything is sent
 */
export async function loadBundle(archive: string, target: PushTarget): Promise<Loaded[]> {
  const registry = await openRegistry(parseRegistry(target.registry), target.dockerConfig)
  return await withLayout(archive, async layout => {
    const entries = (await readEntries(layout)).map(entry => ({
      ...entry,
      found: undefined as Manifest | undefined,
    }))
    const problems: string[] = []
    for (const entry of entries) {
      if (!entry.tag) continue
      entry.found = await registry.manifest(entry.repository, entry.tag)
      const other = entry.found && entry.found.descriptor.digest !== entry.descriptor.digest
      if (entry.found && other && !target.move)
        problems.push(taken(registry, { ...entry, tag: entry.tag }, entry.found))
    }
    if (problems.length > 0)
      throw new ImagesError(`nothing was pushed:\n${problems.map(line => `  ${line}`).join('\n')}`)
    const loaded: Loaded[] = []
    for (const entry of entries) {
      const { digest } = entry.descriptor
      const kept = entry.found?.descriptor.digest === digest
      if (!kept) await put(registry, layout, entry)
      if (entry.tag) loaded.push({ name: `${registry.name(entry.repository)}:${entry.tag}`, digest, kept })
    }
    return loaded
  })
}

interface Entry {
  descriptor: Descriptor
  repository: string
  /** None for manifests that are found only by digest. */
  tag: string | undefined
}

async function readEntries(layout: Layout): Promise<Entry[]> {
  const images = (await layout.readIndex('index.json')).map(descriptor => {
    const { repository, tag } = parseImage(descriptor.annotations?.[annotation.image] ?? '')
    return { descriptor, repository, tag }
  })
  const artifacts = (await layout.readIndex('artifacts.json')).map(descriptor => {
    const { [annotation.repository]: repository = '', [annotation.tag]: tag } = descriptor.annotations ?? {}
    return { descriptor, repository, tag }
  })
  return [...images, ...artifacts]
}

/** Content first, then the manifest, then a look at what the registry has. */
async function put(
  registry: Registry,
  layout: Layout,
  { descriptor, repository, tag }: Entry,
): Promise<void> {
  const manifest = await layout.read(descriptor.digest)
  const content: Manifest['content'] = JSON.parse(manifest.toString())
  for (const part of parts(content))
    await registry.putBlob(repository, part, () => layout.stream(part.digest))
  if (content.subject) {
    const { annotations: _, ...listed } = descriptor
    await putReferrer(registry, repository, content.subject.digest, listed, manifest)
  } else {
    await registry.putManifest(repository, tag ?? descriptor.digest, descriptor.mediaType, manifest)
  }
  const there = await registry.manifest(repository, tag ?? descriptor.digest)
  if (there?.descriptor.digest === descriptor.digest) return
  throw new ImagesError(
    `${registry.name(repository)}:${tag} was pushed, but the registry has ${there?.descriptor.digest ?? 'nothing'} there`,
  )
}
