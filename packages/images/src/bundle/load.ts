import { allOrEveryProblem } from '../all-problems.js'
import { ImagesError } from '../images-error.js'
import { mountParts, nothingPushed, type PushTarget, probeAll } from '../push.js'
import { parseRegistry } from '../registry/address.js'
import { referenceName, writeIndex } from '../registry/layout.js'
import { type Descriptor, parts } from '../registry/oci.js'
import { openRegistry, type Registry } from '../registry/registry.js'
import { mustStay, plan, standInLabel } from '../tags.js'
import { unpackBundle } from './archive.js'
import { type Entry, labelsOf, readBundle } from './read.js'

/** What a registry holds of a bundle. */
export interface Loaded {
  /** `HOST/PREFIX/REPOSITORY:TAG` */
  name: string
  digest: string
  /** Was there before. */
  kept: boolean
}

/**
 * Pushes a bundle into a registry: the images and the chart under their tags, and what is attached to them; digests
 * stay what they were. A tag is set when all behind it is there.
 * @throws ImagesError naming every tag that stands for something else there, before anything is sent
 */
export async function loadBundle(archive: string, target: PushTarget): Promise<Loaded[]> {
  const registry = openRegistry(parseRegistry(target.registry), target)
  return await unpackBundle(archive, async layout => {
    const { images, chart, attached } = await readBundle(archive, layout)
    const entries = [...images, chart]
    const named = (descriptor: Descriptor, reference: string): Descriptor => ({
      ...descriptor,
      annotations: { [referenceName]: reference },
    })
    await writeIndex(layout, [
      ...entries.map(({ manifest }, i) => named(manifest.descriptor, `${i}`)),
      ...attached,
    ])

    const looks = await allOrEveryProblem(entries.map(entry => look(registry, layout, entry, target)))
    const problems = looks.flatMap(({ problem }) => problem ?? [])
    if (problems.length > 0) throw nothingPushed(problems)
    await probeAll(
      registry,
      entries.map(({ repository }) => repository),
    )

    const wanted = entries.map((entry, i) => {
      const { digest } = entry.manifest.descriptor
      const name = `${registry.name(entry.repository)}${entry.tag ? `:${entry.tag}` : `@${digest}`}`
      return { ...entry, digest, name, kept: looks[i]?.from === digest }
    })
    for (const [i, { name, digest, kept }] of wanted.entries())
      target.log?.(plan(name, looks[i]?.from, kept ? undefined : digest))

    const loaded: Loaded[] = []
    const held = new Map<string, string>()
    for (const [i, { manifest, repository, tag, digest, name, kept }] of wanted.entries()) {
      if (!kept) await mountParts(registry, manifest, repository, held)
      await registry.push(`ocidir://${layout}:${i}`, repository, tag ?? digest)
      for (const part of parts(manifest.content)) held.set(part.digest, repository)
      const there = (await registry.manifest(repository, tag ?? digest))?.descriptor.digest
      if (there !== digest)
        throw new ImagesError(`${name} was pushed, but the registry has ${there ?? 'nothing'} there`)
      if (tag) loaded.push({ name, digest, kept })
    }
    return loaded
  })
}

/** What the tag of an entry points to now, and why it must stay there. */
async function look(
  registry: Registry,
  layout: string,
  { manifest, repository, tag }: Entry,
  { move = false }: PushTarget,
): Promise<{ from?: string; problem?: string | undefined }> {
  const found = await registry.manifest(repository, tag ?? manifest.descriptor.digest)
  if (!found) return {}
  const from = found.descriptor.digest
  if (from === manifest.descriptor.digest) return { from }
  const { [standInLabel]: standsInFor } = await labelsOf(layout, manifest)
  const labels = (await registry.config(repository, found))?.config?.Labels ?? {}
  const name = `${registry.name(repository)}:${tag}`
  return {
    from,
    problem: mustStay({ name, tag: `${repository}:${tag}`, standsInFor, digest: from, labels }, move),
  }
}
