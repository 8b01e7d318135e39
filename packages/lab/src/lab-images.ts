import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digestOf } from '@bluecore/cache'
import { dockerBuild } from '@bluecore/images'
import { hasImage } from './docker.js'
import { type BinaryName, binaryPath } from './go-build.js'
import { labelKey, labSources, workspaceRoot } from './layout.js'

interface ImageSpec {
  /** Binaries that are copied into the image. */
  binaries: readonly BinaryName[]
  /** Lab image that it is built on; by default Debian's base image. */
  base?: LabImage
  /** A folder outside packages/lab whose files are copied into the image, in the checkout. */
  files?: string
}

export type LabImage = 'node-packages' | 'node' | 'nas' | 'registry' | 'pause'

/** The lab's own images. The nodes' packages are an image of their own: they install while the binaries compile. */
const specs: Record<LabImage, ImageSpec> = {
  'node-packages': { binaries: [] },
  node: { binaries: ['hyperkube', 'simnfs'], base: 'node-packages' },
  nas: { binaries: [], files: 'packages/hosts/fence' },
  registry: { binaries: [] },
  pause: { binaries: ['pause'] },
}

export const labImages = Object.keys(specs) as LabImage[]

/** Reference of a lab image; its tag is a digest of its inputs. */
export async function labImage(name: LabImage): Promise<string> {
  const { binaries, base, files } = specs[name]
  const sources = [labSources('images', name), ...(files ? [join(workspaceRoot(), files)] : [])]
  const inputs = await Promise.all([...binaries.map(binaryPath), ...(base ? [labImage(base)] : [])]) // their names are digests
  return `bluecore-lab/${name}:${digestOf(sources, ...inputs)}`
}

/**
 * Builds a lab image unless the engine has it.
 * @param debian Debian's base image
 * @param onLine progress: the engine's own lines
 * @throws ImagesError
 */
export async function ensureLabImage(
  name: LabImage,
  debian: string,
  onLine: (line: string) => void,
): Promise<'kept' | 'built'> {
  const reference = await labImage(name)
  if (await hasImage(reference)) return 'kept'
  const { binaries, base, files } = specs[name]
  const context = mkdtempSync(join(tmpdir(), 'bluecore-image-'))
  try {
    cpSync(labSources('images', name), context, { recursive: true })
    if (files) cpSync(join(workspaceRoot(), files), context, { recursive: true })
    for (const binary of binaries) copyFileSync(await binaryPath(binary), join(context, binary))
    await dockerBuild({
      context,
      base: base ? await labImage(base) : debian,
      tags: [reference],
      labels: { [labelKey]: 'image' },
      onLine,
    })
  } finally {
    rmSync(context, { recursive: true, force: true })
  }
  return 'built'
}
