import { ImagesError } from '../images-error.js'
import { type Descriptor, digestOf, type Manifest, manifestTypes, type Registry } from './client.js'

/** The config of an artifact that has none. @see https://github.com/opencontainers/image-spec/blob/main/manifest.md */
const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 }

/** Something to be kept in a registry that is not an image: one file of one type. */
export interface Artifact {
  artifactType: string
  mediaType: string
  bytes: Buffer
  annotations?: Record<string, string>
}

/** The manifest of a file that is attached to `subject`, with what it is made of. */
function attachment(subject: Descriptor, { artifactType, mediaType, bytes, annotations }: Artifact) {
  const { mediaType: type, digest, size } = subject
  const layer = { mediaType, digest: digestOf(bytes), size: bytes.length }
  const content = {
    schemaVersion: 2,
    mediaType: manifestTypes.image,
    artifactType,
    config: empty,
    layers: [layer],
    subject: { mediaType: type, digest, size },
    ...(annotations && { annotations }),
  }
  const manifest = Buffer.from(JSON.stringify(content))
  const descriptor: Descriptor = {
    mediaType: manifestTypes.image,
    digest: digestOf(manifest),
    size: manifest.length,
    artifactType,
    ...(annotations && { annotations }),
  }
  const blobs = [
    { descriptor: empty, bytes: Buffer.from('{}') },
    { descriptor: layer, bytes },
  ]
  return { descriptor, manifest, blobs }
}

/**
 * Attaches a file to a manifest of the registry.
 * @returns descriptor of the attachment's manifest
 */
export async function attach(
  registry: Registry,
  repository: string,
  subject: Descriptor,
  artifact: Artifact,
): Promise<Descriptor> {
  const { descriptor, manifest, blobs } = attachment(subject, artifact)
  for (const { descriptor, bytes } of blobs) {
    await registry.putBlob(repository, descriptor, () => new Uint8Array(bytes))
  }
  await putReferrer(registry, repository, subject.digest, descriptor, manifest)
  return descriptor
}

/**
 * Puts a manifest that refers to another, and has it listed there. A registry older than OCI 1.1 keeps no such list:
 * there it is an index under a tag made of the digest.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#unavailable-referrers-api
 */
export async function putReferrer(
  registry: Registry,
  repository: string,
  subject: string,
  descriptor: Descriptor,
  manifest: Buffer,
): Promise<void> {
  const listed = await registry.putManifest(repository, descriptor.digest, descriptor.mediaType, manifest)
  if (listed) return
  const known = (await registry.manifest(repository, fallbackTag(subject)))?.content.manifests ?? []
  if (known.some(({ digest }) => digest === descriptor.digest)) return
  const index = { schemaVersion: 2, mediaType: manifestTypes.index, manifests: [...known, descriptor] }
  await registry.putManifest(
    repository,
    fallbackTag(subject),
    manifestTypes.index,
    Buffer.from(JSON.stringify(index)),
  )
}

/** Everything of one type that is attached to a manifest, oldest first. */
export async function attachments(
  registry: Registry,
  repository: string,
  subject: string,
  artifactType: string,
): Promise<Descriptor[]> {
  const listed =
    (await registry.referrers(repository, subject)) ??
    (await registry.manifest(repository, fallbackTag(subject)))?.content.manifests ??
    []
  return listed.filter(found => found.artifactType === artifactType)
}

/**
 * The one file of an attachment.
 * @throws ImagesError when the registry serves another content than the digests say
 */
export async function attachedFile(
  registry: Registry,
  repository: string,
  descriptor: Descriptor,
): Promise<{ manifest: Manifest; bytes: Buffer }> {
  const manifest = await registry.manifest(repository, descriptor.digest)
  const [layer] = manifest?.content.layers ?? []
  if (!manifest || !layer) throw new ImagesError(`${registry.name(repository)}@${descriptor.digest} is gone`)
  const bytes = Buffer.from(await (await registry.blob(repository, layer.digest)).arrayBuffer())
  if (digestOf(bytes) === layer.digest) return { manifest, bytes }
  throw new ImagesError(
    `${registry.name(repository)}: the registry serves another content as ${layer.digest}`,
  )
}

const fallbackTag = (digest: string) => digest.replace(':', '-')
