import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerBuild } from '@bluecore/images'
import { hasImage } from './docker.js'
import { type BinaryName, binaryPath } from './go-build.js'
import { digestOf } from './inputs.js'
import { labelKey, labSources } from './layout.js'

/** The lab's own images and the binaries that go into them. */
const contents = {
  node: ['hyperkube', 'flanneld', 'policies', 'simnfs'],
  nas: [],
  registry: [],
  coredns: ['coredns'],
  pause: ['pause'],
} satisfies Record<string, BinaryName[]>

export type LabImage = keyof typeof contents
export const labImages = Object.keys(contents) as LabImage[]

/** Reference of a lab image; the tag is made of its inputs. */
export async function labImage(name: LabImage): Promise<string> {
  const binaries = await Promise.all(contents[name].map(binaryPath)) // the paths name their inputs
  return `bluecore-lab/${name}:${digestOf([labSources('images', name)], ...binaries)}`
}

/**
 * Builds a lab image unless the engine has it.
 * @param base image that stands below it
 * @param onLine progress: the engine's own lines
 */
export async function ensureLabImage(
  name: LabImage,
  base: string,
  onLine: (line: string) => void,
): Promise<'kept' | 'built'> {
  const reference = await labImage(name)
  if (await hasImage(reference)) return 'kept'
  const context = mkdtempSync(join(tmpdir(), 'bluecore-image-'))
  try {
    cpSync(labSources('images', name), context, { recursive: true })
    for (const binary of contents[name]) copyFileSync(await binaryPath(binary), join(context, binary))
    await dockerBuild({ context, base, tags: [reference], labels: { [labelKey]: 'image' }, onLine })
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
  return 'built'
}
