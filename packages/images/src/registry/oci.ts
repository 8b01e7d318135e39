import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ImageConfig } from '../engine.js'

/** `sha256:…` */
export const digestShape = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is not sha256: and 64 hexadecimal digits')

/** What points at a piece of content. @see https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export const descriptorShape = z.object({
  mediaType: z.string(),
  digest: digestShape,
  /** Bytes. */
  size: z.number().int().nonnegative(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  /** Of an image among those for several platforms. */
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
})

export type Descriptor = z.infer<typeof descriptorShape>

/** Content of a manifest, or of an index of them. */
export const contentShape = z.object({
  mediaType: z.string().optional(),
  config: descriptorShape.optional(),
  layers: z.array(descriptorShape).optional(),
  manifests: z.array(descriptorShape).optional(),
})

type Content = z.infer<typeof contentShape>

/** A manifest, or an index of them, as a registry serves it. */
export interface Manifest {
  descriptor: Descriptor
  content: Content
}

/** What an image's config blob holds. @see https://github.com/opencontainers/image-spec/blob/main/config.md */
export interface ImageConfiguration {
  config?: ImageConfig
  rootfs?: { diff_ids: string[] }
}

export const manifestTypes = {
  image: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
}

/** All blobs of a manifest. */
export function parts({ config, layers = [] }: Content): Descriptor[] {
  return [...(config ? [config] : []), ...layers]
}

/** What points at some bytes. */
export function describe(mediaType: string, bytes: Buffer): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

/** `sha256:…` of some bytes. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
