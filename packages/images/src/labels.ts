import type { ImageSpec } from './image-file.js'

/** Label values that are not in image.json. */
export interface Origin {
  base: { name: string; digest?: string | undefined }
  /** Where the sources are kept. */
  source?: string | undefined
  revision?: string | undefined
}

/**
 * The annotations of the Open Container Initiative, as labels. What is not known is left out.
 * @see https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function openContainerLabels(
  spec: ImageSpec,
  { base, source, revision }: Origin,
): Record<string, string> {
  const labels = {
    title: spec.title,
    version: spec.version,
    licenses: spec.licenses,
    source,
    revision,
    'base.name': base.name,
    'base.digest': base.digest,
  }
  const known = Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return Object.fromEntries(known.map(([key, value]) => [`org.opencontainers.image.${key}`, value]))
}
