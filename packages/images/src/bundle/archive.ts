import { access, constants, mkdir, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { DiskFullError, isFull } from '../full-disk.js'
import { ImagesError } from '../images-error.js'
import { withTemporary } from '../temporary.js'

/*
 * A bundle is an OCI layout in one archive. index.json holds the images, under the names that containerd is to give them;
 * artifacts.json the chart, and lists of what is attached to the images: containerd passes over it, but would take what is in
 * index.json for images.
 */
export const artifactsFile = 'artifacts.json'

/** Annotations that identify a bundle's manifests. */
export const annotation = {
  /** What containerd imports an image as. */
  image: 'io.containerd.image.name',
  repository: 'bluecore.repository',
}

/** Has `fill` write a layout, and packs it as one archive, which appears whole or not at all. */
export async function packBundle<T>(archive: string, fill: (layout: string) => Promise<T>): Promise<T> {
  const target = resolve(archive)
  const parent = dirname(target)
  await mustBeWritable(parent)
  return await onDisk(parent, () =>
    // There, and not below TMPDIR: the archive must be moved to its place at once, and /tmp may be small.
    withTemporary(async work => {
      const layout = join(work, 'layout')
      await mkdir(layout)
      const result = await fill(layout)
      const same = [
        '--sort=name',
        '--mtime=@315532800',
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '--mode=u=rwX,go=rX',
      ]
      const files = ['oci-layout', 'index.json', artifactsFile, 'blobs']
      await tar(`${archive} cannot be written`, [
        ...same,
        '-cf',
        join(work, 'archive'),
        '-C',
        layout,
        ...files,
      ])
      await rename(join(work, 'archive'), target)
      return result
    }, parent),
  )
}

/**
 * Unpacks an archive for as long as `work` takes: below TMPDIR if that is set, else beside the archive if something can be
 * written there. Nothing but folders and the files of a layout is unpacked.
 * @throws ImagesError when it is not a bundle
 */
export async function unpackBundle<T>(archive: string, work: (layout: string) => Promise<T>): Promise<T> {
  const source = resolve(archive)
  const odd = await foreignMembers(source)
  if (odd.length > 0)
    throw new ImagesError(`${archive} is no bundle of images: it also holds ${odd.slice(0, 5).join(', ')}`)
  const beside = process.env.TMPDIR ? false : await isWritable(dirname(source))
  const parent = beside ? dirname(source) : tmpdir()
  return await withTemporary(async layout => {
    await onDisk(parent, () =>
      tar(`${archive} cannot be unpacked`, ['--no-same-owner', '-xf', source, '-C', layout]),
    )
    return await work(layout)
  }, parent)
}

/** What of an archive is not a folder or file of a layout, or claims to be larger than the archive. */
async function foreignMembers(archive: string): Promise<string[]> {
  const { size } = await stat(archive).catch(error => {
    throw new ImagesError(`${archive} cannot be read: ${error.message}`)
  })
  const list = ['--list', '--verbose', '--numeric-owner', '-f', archive]
  const lines = (await tar(`${archive} cannot be unpacked`, list)).split('\n')
  return lines.flatMap(line => {
    if (line === '') return []
    const [, kind = '', length = '', name = line] =
      /^(.)\S+ +\S+ +(\d+) \S+ \S+ (?:\.\/)?(.*)$/.exec(line) ?? []
    const known = /^(oci-layout|index\.json|artifacts\.json|blobs\/sha256\/[0-9a-f]{64})$/.test(name)
    const isFolder = kind === 'd' && /^(blobs\/(sha256\/)?)?$/.test(name)
    return isFolder || (kind === '-' && known && Number(length) <= size) ? [] : [name]
  })
}

/** @param failure what to say when it fails @returns standard output */
async function tar(failure: string, args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execa('tar', ['--force-local', ...args], { reject: false })
  if (exitCode === 0) return stdout
  if (isFull(stderr)) throw new DiskFullError(stderr)
  throw new ImagesError(`${failure}: ${stderr}`)
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DiskFullError) && !isFull(`${(error as NodeJS.ErrnoException).code}`)) throw error
    throw new DiskFullError(
      `the disk of ${folder} is full: a bundle takes twice its size while it is packed or unpacked`,
    )
  }
}

const isWritable = (folder: string) =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )

async function mustBeWritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch(error => {
    throw new ImagesError(`${folder} cannot be written: ${error.message}`)
  })
}
