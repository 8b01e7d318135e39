import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Base } from './base.js'
import { ImagesError } from './images-error.js'

/** One image as the engine holds it after a build. */
export interface BuiltImage {
  /** Repository, e.g. `bluecore/postgresql`. */
  name: string
  version: string
  /** Every `repository:tag` that it has in a registry; the first is its name in the engine. */
  tags: string[]
  /** Id in the engine, `sha256:…` */
  id: string
  /** Bytes, unpacked. */
  size: number
  /** Name from image.json or stage.mjs, and the digest of the image that was used. */
  base: Base
  /** Commit of the sources, when known. */
  revision?: string | undefined
  /** What it stands in for: one of its tags. */
  standsInFor?: string | undefined
  /** Of its manifest in a registry, once it was pushed. */
  digest?: string | undefined
}

/** Content of `dist/image.json`, which each build writes. */
export interface Built {
  images: BuiltImage[]
}

/** Writes `dir/dist/image.json`, whole or not at all. */
export async function writeBuilt(dir: string, built: Built): Promise<void> {
  const dist = join(dir, 'dist')
  await mkdir(dist, { recursive: true })
  await writeFile(join(dist, 'image.json.new'), `${JSON.stringify(built, null, 2)}\n`)
  await rename(join(dist, 'image.json.new'), join(dist, 'image.json'))
}

/**
 * Images of the last build of `dir`.
 * @throws ImagesError when it was not built
 */
export async function readBuilt(dir: string): Promise<Built> {
  const path = join(dir, 'dist', 'image.json')
  const text = await readFile(path, 'utf8').catch(error => {
    if (error.code !== 'ENOENT') throw error
    throw new ImagesError(`${path} is missing: build the image first (images build, in ${dir})`)
  })
  return JSON.parse(text)
}
