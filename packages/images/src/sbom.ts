import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { cached } from './cache.js'
import { findBuilder } from './find-builder.js'
import { findTool } from './find-tool.js'
import { ImagesError } from './images-error.js'
import { parseRegistry } from './registry/address.js'
import { type Descriptor, openRegistry, type Registry } from './registry/client.js'
import { attach, attachedFile, attachments } from './registry/referrers.js'

/** The registered media type, which other tools look for. */
export const spdx = 'application/spdx+json'

/**
 * SBOM of an image of the engine, as SPDX 2.3 in JSON. Created once per image.
 * @param id `sha256:…` in the engine
 * @throws ImagesError when there is no syft, or with its words
 */
async function sbomOf(id: string): Promise<Buffer> {
  const folder = await cached('sbom', [id], async part => {
    const [syft, builder] = await Promise.all([
      findTool('syft', 'to make SBOMs with', 'push with --no-sbom'),
      findBuilder(),
    ])
    const work = await mkdtemp(join(tmpdir(), 'images-sbom-'))
    try {
      const source = await builder.source(id, work)
      const args = ['scan', source, '--quiet', '--output', `spdx-json=${join(part, 'spdx.json')}`]
      const env = { SYFT_CHECK_FOR_APP_UPDATE: 'false' }
      const { exitCode, stderr } = await execa(syft, args, { env, reject: false })
      if (exitCode !== 0) throw new ImagesError(`syft cannot read the image ${id}: ${stderr}`)
    } finally {
      await rm(work, { recursive: true })
    }
  })
  return await readFile(join(folder, 'spdx.json'))
}

/**
 * Attaches an image's SBOM to it in the registry, unless it has one.
 * @returns whether it was sent
 */
export async function attachSbom(
  registry: Registry,
  repository: string,
  subject: Descriptor,
  id: string,
): Promise<boolean> {
  if ((await attachments(registry, repository, subject.digest, spdx)).length > 0) return false
  const bytes = await sbomOf(id)
  const attached = await attach(registry, repository, subject, { artifactType: spdx, mediaType: spdx, bytes })
  await attachedFile(registry, repository, attached) // asks the registry whether it has it
  return true
}

/**
 * The SBOM of an image in a registry.
 * @param reference `[http://]HOST[:PORT]/REPOSITORY:TAG` or `…@sha256:…`
 * @throws ImagesError when there is no such image, or no SBOM with it
 */
export async function findSbom(reference: string): Promise<Buffer> {
  const { registry, repository, tag } = await openReference(reference)
  const image = await registry.manifest(repository, tag)
  if (!image) throw new ImagesError(`the registry has no ${reference}`)
  const found = await attachments(registry, repository, image.descriptor.digest, spdx)
  const [first] = found
  if (!first) throw new ImagesError(`${reference} (${image.descriptor.digest}) has no SBOM with it`)
  return (await attachedFile(registry, repository, first)).bytes
}

async function openReference(reference: string) {
  const [, host, repository, tag] =
    /^((?:https?:\/\/)?[^/]+)\/([^@:]+)(?::[\w.-]+(?=@)|)?[:@]((?:sha256:)?[\w.-]+)$/.exec(reference) ?? []
  if (!host || !repository || !tag) {
    throw new ImagesError(
      `"${reference}" is not HOST[:PORT]/REPOSITORY:TAG or HOST[:PORT]/REPOSITORY@sha256:…`,
    )
  }
  return { registry: await openRegistry(parseRegistry(host)), repository, tag }
}
