import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  contentShape,
  type Descriptor,
  descriptorShape,
  digestOf,
  type Manifest,
  manifestTypes,
} from './oci.js'

/*
 * A folder as the OCI lays images out: index.json names manifests, and everything lies in blobs/ under its digest.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */

/** The reference that `regctl` knows a manifest of a layout by. */
export const referenceName = 'org.opencontainers.image.ref.name'

export const blobPath = (folder: string, digest: string) => join(folder, 'blobs', digest.replace(':', '/'))

/** The manifests that a layout names. @param name of the file */
export async function readIndex(folder: string, name = 'index.json'): Promise<Descriptor[]> {
  return descriptorShape.array().parse(JSON.parse(await readFile(join(folder, name), 'utf8')).manifests)
}

export async function readManifest(folder: string, descriptor: Descriptor): Promise<Manifest> {
  const bytes = await readFile(blobPath(folder, descriptor.digest))
  return { descriptor, content: contentShape.parse(JSON.parse(bytes.toString())) }
}

/** The image of a layout that holds nothing else. */
export async function onlyImage(folder: string): Promise<Manifest> {
  const [descriptor, ...more] = await readIndex(folder)
  if (!descriptor || more.length > 0) throw new Error(`${folder} holds ${more.length + 1} images, not one`)
  return await readManifest(folder, descriptor)
}

/** Begins a layout in a folder that exists. */
export async function startLayout(folder: string): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

/** @param name of the file */
export async function writeIndex(
  folder: string,
  manifests: Descriptor[],
  name = 'index.json',
): Promise<void> {
  const content = { schemaVersion: 2, mediaType: manifestTypes.index, manifests }
  await writeFile(join(folder, name), JSON.stringify(content))
}

/** Adds some content to a layout. */
export async function writeBlobs(folder: string, ...bytes: Buffer[]): Promise<void> {
  for (const content of bytes) await writeFile(blobPath(folder, digestOf(content)), content)
}
