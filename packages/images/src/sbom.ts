import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { cached } from './cache.js'
import { findBuilder } from './find-builder.js'
import { findTool } from './find-tool.js'
import { fullTemporary, isFull } from './full-disk.js'
import { ImagesError } from './images-error.js'
import { parseRegistry } from './registry/address.js'
import type { Descriptor } from './registry/oci.js'
import { openRegistry, type Registry } from './registry/registry.js'
import { withTemporary } from './temporary.js'

/** The registered media type, which other tools look for. */
const spdx = 'application/spdx+json'

/** What an SBOM says that it is of. */
interface Subject {
  /** `sha256:…` in the engine. */
  id: string
  /** Repository, and version. */
  name: string
  version: string
}

/**
 * SBOM of an image of the engine, as SPDX 2.3 in JSON. Created once per image.
 * @returns path of the file
 * @throws ImagesError when there is no syft, or with its words
 */
async function sbomOf({ id, name, version }: Subject): Promise<string> {
  const options = ['--source-name', name, '--source-version', version]
  // Reads what an image says of its own content, such as the packages in our bundles; by default syft does not.
  options.push('--select-catalogers', '+sbom-cataloger')
  const folder = await cached('sbom', [id, ...options], async part => {
    const [syft, builder] = await Promise.all([
      findTool('syft', 'to make SBOMs with', 'push with --no-sbom'),
      findBuilder(),
    ])
    await withTemporary(async work => {
      const layout = join(work, 'layout')
      await builder.save(id, layout)
      const args = [
        'scan',
        `oci-dir:${layout}`,
        '--quiet',
        '--output',
        `spdx-json=${join(part, 'spdx.json')}`,
        ...options,
      ]
      const env = { SYFT_CHECK_FOR_APP_UPDATE: 'false', TMPDIR: work }
      const { exitCode, stderr } = await execa(syft, args, { env, reject: false })
      if (exitCode === 0) return
      // With a full disk it says nothing at all.
      throw isFull(stderr) || stderr === ''
        ? fullTemporary()
        : new ImagesError(`syft cannot read the image ${id}: ${stderr}`)
    })
  })
  return join(folder, 'spdx.json')
}

/**
 * Attaches an image's SBOM to it in the registry, unless it has one.
 * @returns whether it was sent
 */
export async function attachSbom(
  registry: Registry,
  repository: string,
  { digest }: Descriptor,
  image: Subject,
): Promise<boolean> {
  if ((await registry.attachments(repository, digest, spdx)).length > 0) return false
  const file = await sbomOf(image)
  await registry.attach(repository, digest, spdx, file)
  const [attached] = await registry.attachments(repository, digest, spdx)
  const there = attached && (await registry.attachedFile(repository, attached))
  if (there?.equals(await readFile(file))) return true
  throw new ImagesError(
    `${registry.name(repository)}@${digest}: the registry took its SBOM, but does not list it`,
  )
}

/**
 * The SBOM of an image in a registry.
 * @param reference `[http://]HOST[:PORT]/REPOSITORY:TAG` or `…@sha256:…`
 * @throws ImagesError when there is no such image, or no SBOM with it
 */
export async function findSbom(reference: string): Promise<Buffer> {
  const { registry, repository, tag } = openReference(reference)
  const image = await registry.manifest(repository, tag)
  if (!image) throw new ImagesError(`the registry has no ${reference}`)
  const [first] = await registry.attachments(repository, image.descriptor.digest, spdx)
  if (!first) throw new ImagesError(`${reference} (${image.descriptor.digest}) has no SBOM with it`)
  return await registry.attachedFile(repository, first)
}

function openReference(reference: string) {
  const [, host, repository, tag] =
    /^((?:https?:\/\/)?[^/]+)\/([^@:]+)(?::[\w.-]+(?=@)|)?[:@]((?:sha256:)?[\w.-]+)$/.exec(reference) ?? []
  if (!host || !repository || !tag) {
    throw new ImagesError(
      `"${reference}" is not HOST[:PORT]/REPOSITORY:TAG or HOST[:PORT]/REPOSITORY@sha256:…`,
    )
  }
  return { registry: openRegistry(parseRegistry(host)), repository, tag }
}
