import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { findEngine } from '../src/engine.js'
import { imagesUnderTest } from './images-under-test.js'

/** A layer of an image. */
interface Layer {
  /** Bytes, unpacked. */
  size: number
  entries: { path: string; date: string; mode: string }[]
}

/** Layers of an image, the lowest first. */
export async function layersOf(image: string): Promise<Layer[]> {
  const { docker, env } = await findEngine()
  const folder = await mkdtemp(join(tmpdir(), 'images-layers-'))
  try {
    await execa(docker, ['save', image], { env, buffer: false }).pipe('tar', ['-x', '-C', folder])
    const [manifest] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
    const files: string[] = manifest.Layers.map((name: string) => join(folder, name))
    return await Promise.all(
      files.map(async file => ({ size: (await stat(file)).size, entries: await list(file) })),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function list(file: string): Promise<Layer['entries']> {
  const { stdout } = await execa('tar', ['--list', '--verbose', '--full-time', '--utc', '--file', file])
  return [...stdout.matchAll(/^(\S+) +\S+ +\S+ (\S+ \S+) (.*?)(?: (?:->|link to) .*)?$/gm)].map(
    ([, mode = '', date = '', path = '']) => ({ path: path.replace(/^\.\//, ''), date, mode }),
  )
}

/** Paths that show when and how the image was built. */
const buildTraces =
  /^(var\/log|tmp|var\/tmp|var\/cache\/(apt|yum|ldconfig)|var\/lib\/apt\/lists)\/.|-old$|^etc\/(passwd|group|g?shadow)-$|^layer/

/**
 * A test for each image of the folder: its own layers are reproducible. All files in them have one date, and there are no
 * logs or caches. No file of the image is setuid or setgid.
 * @param baseLayers how many of the lowest layers are the base's
 */
export async function testLayers(dir: string, { baseLayers = 1 } = {}): Promise<void> {
  test.each(await imagesUnderTest(dir))(
    '$name: its layers hold one date, no logs and no caches, and no setuid files',
    async ({ image }) => {
      const layers = await layersOf(image)
      const modes = new Map(layers.flatMap(({ entries }) => entries.map(({ path, mode }) => [path, mode])))
      expect([...modes].filter(([, mode]) => /^[-h].*s/i.test(mode))).toEqual([])
      const own = layers.slice(baseLayers).flatMap(layer => layer.entries)
      const [{ date } = { date: '' }] = own
      expect(own.filter(entry => entry.date !== date || buildTraces.test(entry.path))).toEqual([])
      expect(own.length).toBeGreaterThan(0)
    },
  )
}
