import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { isFull } from '../full-disk.js'
import { ImagesError } from '../images-error.js'
import { type Descriptor, digestOf, manifestTypes, parts } from '../registry/client.js'

/**
 * A folder as the OCI lays images out. index.json holds the images, under the names that containerd is to give them;
 * artifacts.json the chart and the SBOMs: containerd passes over it, but would take what is in index.json for images.
 * @see https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export interface Layout {
  has(digest: string): Promise<boolean>
  /** @throws ImagesError when the content is not what its digest says */
  write(digest: string, content: Buffer | ReadableStream): Promise<void>
  read(digest: string): Promise<Buffer>
  stream(digest: string): ReadableStream
  writeIndex(name: IndexName, manifests: Descriptor[]): Promise<void>
  readIndex(name: IndexName): Promise<Descriptor[]>
}
type IndexName = 'index.json' | 'artifacts.json'

/** Annotations that identify a bundle's manifests. */
export const annotation = {
  /** What containerd imports an image as. */
  image: 'io.containerd.image.name',
  repository: 'bluecore.repository',
  tag: 'org.opencontainers.image.ref.name',
}

function layout(folder: string): Layout {
  const path = (digest: string) => join(folder, 'blobs', digest.replace(':', '/'))
  return {
    has: digest =>
      stat(path(digest)).then(
        () => true,
        () => false,
      ),
    async write(digest, content) {
      const hash = createHash('sha256')
      const from = Buffer.isBuffer(content) ? Readable.from([content]) : Readable.fromWeb(content as never)
      await pipeline(
        from,
        async function* (chunks) {
          for await (const chunk of chunks) {
            hash.update(chunk)
            yield chunk
          }
        },
        createWriteStream(path(digest)),
      )
      const got = `sha256:${hash.digest('hex')}`
      if (got !== digest)
        throw new ImagesError(
          `the registry serves ${got} as ${digest}: its storage is damaged or was changed`,
        )
    },
    read: digest => readFile(path(digest)),
    stream: digest => Readable.toWeb(createReadStream(path(digest))) as ReadableStream,
    async writeIndex(name, manifests) {
      const content = { schemaVersion: 2, mediaType: manifestTypes.index, manifests }
      await writeFile(join(folder, name), JSON.stringify(content))
    },
    readIndex: async name => JSON.parse(await readFile(join(folder, name), 'utf8')).manifests,
  }
}

/** Has `fill` write a layout, and packs it as one archive, which appears whole or not at all. */
export async function packLayout<T>(archive: string, fill: (layout: Layout) => Promise<T>): Promise<T> {
  const target = resolve(archive)
  return await withFolder(dirname(target), async work => {
    const folder = join(work, 'layout')
    await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
    await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
    const result = await fill(layout(folder))
    const same = ['--sort=name', '--mtime=@315532800', '--owner=0', '--group=0', '--numeric-owner']
    const files = ['oci-layout', 'index.json', 'artifacts.json', 'blobs']
    await execa('tar', [...same, '-cf', join(work, 'archive'), '-C', folder, ...files])
    await rename(join(work, 'archive'), target)
    return result
  })
}

/** A folder for as long as `work` takes, on the disk that is meant for the archive: /tmp may be small. */
async function withFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(parent, '.bundle-')).catch(error => {
    throw new ImagesError(`${parent} cannot be written: ${error.message}`)
  })
  try {
    return await work(folder)
  } catch (error) {
    if (!isFull(String(error))) throw error
    throw new ImagesError(
      `the disk of ${parent} is full: a bundle takes twice its size while it is packed or unpacked`,
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Unpacks an archive for as long as `work` takes; `work` begins when all of its content is what the digests say.
 * @throws ImagesError naming everything that is not
 */
export async function withLayout<T>(archive: string, work: (layout: Layout) => Promise<T>): Promise<T> {
  const source = resolve(archive)
  return await withFolder(dirname(source), async folder => {
    const { exitCode, stderr } = await execa('tar', ['-xf', source, '-C', folder], { reject: false })
    if (exitCode !== 0) throw new ImagesError(`${archive} cannot be unpacked: ${stderr}`)
    const there = layout(folder)
    const wrong = await damaged(there).catch(error => {
      throw new ImagesError(`${archive} is no bundle of images: ${error.message}`)
    })
    if (wrong.length > 0)
      throw new ImagesError(`${archive} is damaged: not what they say: ${wrong.join(', ')}`)
    return await work(there)
  })
}

async function damaged(layout: Layout): Promise<string[]> {
  const wrong: string[] = []
  const indexed = [...(await layout.readIndex('index.json')), ...(await layout.readIndex('artifacts.json'))]
  for (const { digest } of indexed) {
    const bytes = await layout.read(digest)
    if (digestOf(bytes) !== digest) wrong.push(digest)
    else
      for (const part of parts(JSON.parse(bytes.toString()))) {
        if ((await hashOf(layout.stream(part.digest))) !== part.digest) wrong.push(part.digest)
      }
  }
  return [...new Set(wrong)]
}

async function hashOf(stream: ReadableStream): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk)
  return `sha256:${hash.digest('hex')}`
}
