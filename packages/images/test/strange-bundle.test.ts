// Bundles as a stranger might have made them: nothing of them reaches a registry, or leaves the folder of the bundle.
import { mkdir, readdir, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loadBundle } from '../src/bundle/load.js'
import { startLayout, writeBlobs } from '../src/registry/layout.js'
import { describe, digestOf } from '../src/registry/oci.js'
import { startProxy } from '../testing/proxy.js'
import { startRegistry } from '../testing/registry.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

interface Layout {
  folder: string
  images: object[]
  artifacts: object[]
}

/** Puts content into a layout. @returns its descriptor */
async function put(folder: string, content: string | object, mediaType: string) {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  await writeBlobs(folder, bytes)
  return describe(mediaType, bytes)
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** A layout that is all right, of one image and one chart, changed by the test, as an archive. */
async function bundle(change: (layout: Layout) => unknown = () => {}): Promise<string> {
  const folder = await temporaryFolder()
  await startLayout(folder)
  const config = await put(
    folder,
    { architecture: 'amd64', os: 'linux', config: {} },
    'application/vnd.oci.image.config.v1+json',
  )
  const layer = await put(folder, 'a layer', 'application/vnd.oci.image.layer.v1.tar')
  const manifest = (name: string) => ({
    schemaVersion: 2,
    mediaType: manifestType,
    config,
    layers: [layer],
    annotations: { name },
  })
  const image = await put(folder, manifest('image'), manifestType)
  const chart = await put(folder, manifest('chart'), manifestType)
  const layout = {
    folder,
    images: [{ ...image, annotations: { 'io.containerd.image.name': 'images.example/a/b:1' } }],
    artifacts: [
      {
        ...chart,
        annotations: { 'bluecore.repository': 'charts/small', 'org.opencontainers.image.ref.name': '1.0.0' },
      },
    ],
  }
  await change(layout)
  const index = (manifests: object[]) => JSON.stringify({ schemaVersion: 2, manifests })
  await writeFile(join(folder, 'index.json'), index(layout.images))
  await writeFile(join(folder, 'artifacts.json'), index(layout.artifacts))
  const archive = join(await temporaryFolder(), 'bundle.tar')
  await execa('tar', ['--sparse', '-cf', archive, '-C', folder, ...(await readdir(folder))])
  return archive
}

const named = (name: string) => (layout: Layout) => {
  layout.images = layout.images.map(image => ({
    ...image,
    annotations: { 'io.containerd.image.name': name },
  }))
}
const blobs = (folder: string) => join(folder, 'blobs/sha256')

test.each<[string, (layout: Layout) => unknown, RegExp]>([
  ['a repository outside of the prefix', named('images.example/../../victim/app:1'), /is not a repository/],
  ['a tag that is none', named('images.example/a/b:-x'), /is not a repository|is not a tag/],
  [
    'two images of one name',
    layout => layout.images.push(layout.images[0] ?? {}),
    /holds several images named images\.example\/a\/b:1/,
  ],
  [
    'a chart outside of the prefix',
    layout => {
      layout.artifacts = layout.artifacts.map(chart => ({
        ...chart,
        annotations: { 'bluecore.repository': '../x' },
      }))
    },
    /is not a repository/,
  ],
  [
    'a digest that is none',
    layout => {
      layout.images = layout.images.map(image => ({ ...image, digest: 'sha256:../../etc/passwd' }))
    },
    /is not sha256: and 64 hexadecimal digits/,
  ],
  [
    'a wrong size',
    layout => {
      layout.images = layout.images.map(image => ({ ...image, size: 7 }))
    },
    /not what they say: sha256:/,
  ],
  [
    'a layer that is a FIFO',
    async ({ folder }) => {
      const [first = ''] = await readdir(blobs(folder))
      await execa('rm', [join(blobs(folder), first)])
      await execa('mkfifo', [join(blobs(folder), first)])
    },
    /it also holds blobs\/sha256\/\w+/,
  ],
  [
    'a layer that is a link to a device',
    async ({ folder }) => {
      const [first = ''] = await readdir(blobs(folder))
      await execa('rm', [join(blobs(folder), first)])
      await symlink('/dev/zero', join(blobs(folder), first))
    },
    /it also holds blobs\/sha256\/\w+/,
  ],
  [
    'a sparse file of 8 GB',
    ({ folder }) => writeSparse(join(blobs(folder), '0'.repeat(64))),
    /it also holds blobs\/sha256\/0+/,
  ],
  ['a file beside the layout', ({ folder }) => writeFile(join(folder, 'x'), ''), /it also holds x$/],
  ['a folder beside the layout', ({ folder }) => mkdir(join(folder, 'y')), /it also holds y\/$/],
])('%s is refused, and nothing is sent', async (_, change, message) => {
  const { address, dockerConfig, ask } = await startRegistry()
  const load = loadBundle(await bundle(change), { registry: `${address}/mirror`, dockerConfig })
  await expect(load).rejects.toThrow(message)
  expect(await (await ask('_catalog')).json()).toEqual({ repositories: [] })
})

async function writeSparse(path: string): Promise<void> {
  await writeFile(path, '')
  await truncate(path, 8e9)
}

test('an archive in a folder that cannot be written is unpacked elsewhere', async () => {
  const { address, dockerConfig } = await startRegistry()
  const archive = await bundle()
  const folder = await temporaryFolder()
  await execa('mount', ['--bind', '-o', 'ro', join(archive, '..'), folder])
  await execa('mount', ['-o', 'remount,ro,bind', folder])
  onTestFinished(async () => void (await execa('umount', ['--lazy', folder])))
  expect(await loadBundle(join(folder, 'bundle.tar'), { registry: address, dockerConfig })).toHaveLength(2)
})

test('TMPDIR says where an archive is unpacked; its disk may be full', async () => {
  const { address, dockerConfig } = await startRegistry()
  const archive = await bundle(({ folder }) => put(folder, '.'.repeat(100_000), 'text/plain'))
  const disk = await temporaryFolder()
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', disk])
  onTestFinished(async () => void (await execa('umount', ['--lazy', disk])))
  vi.stubEnv('TMPDIR', disk)
  try {
    await expect(loadBundle(archive, { registry: address, dockerConfig })).rejects.toThrow(
      `the disk of ${disk} is full: a bundle takes twice its size while it is packed or unpacked`,
    )
  } finally {
    vi.unstubAllEnvs()
  }
  expect(await readdir(disk)).toEqual([])
})

test('a full disk of the registry is not taken for one of this machine', async () => {
  const registry = await startRegistry()
  const { address, dockerConfig } = await startProxy(registry, {
    answer({ method }, response) {
      if (method !== 'PUT') return false
      return response
        .writeHead(507) // what regctl does not repeat

        .end('{"errors":[{"message":"write /var/lib/registry: no space left on device"}]}')
    },
  })
  await expect(loadBundle(await bundle(), { registry: address, dockerConfig })).rejects.toThrow(
    /^nothing was pushed:\n {2}the registry \S+ answers 507: write \/var\/lib\/registry: no space left on device Look at its log/,
  )
})

test('what several images share is sent once', async () => {
  const registry = await startRegistry()
  const { address, dockerConfig, sent } = await startProxy(registry)
  const layer = '.'.repeat(1_000_000)
  const archive = await bundle(async layout => {
    const shared = await put(layout.folder, layer, 'application/vnd.oci.image.layer.v1.tar')
    const config = await put(
      layout.folder,
      { architecture: 'amd64', os: 'linux' },
      'application/vnd.oci.image.config.v1+json',
    )
    layout.images = await Promise.all(
      ['a', 'b', 'c'].map(async name => ({
        ...(await put(
          layout.folder,
          { schemaVersion: 2, mediaType: manifestType, config, layers: [shared], annotations: { name } },
          manifestType,
        )),
        annotations: { 'io.containerd.image.name': `images.example/${name}:1` },
      })),
    )
  })
  expect(await loadBundle(archive, { registry: address, dockerConfig })).toHaveLength(4)
  expect(sent()).toBeGreaterThan(layer.length)
  expect(sent()).toBeLessThan(layer.length + 20_000)
  const digest = digestOf(layer)
  expect((await registry.ask(`c/blobs/${digest}`)).status).toBe(200)
})

test('a stand-in in a bundle does not take the place of an official image', async () => {
  const { address, dockerConfig, ask } = await startRegistry()
  const target = { registry: address, dockerConfig }
  await loadBundle(await bundle(named('docker.io/library/redis:7')), target)
  const before = await readManifest(ask)
  const standIn = await bundle(async layout => {
    const settings = { Labels: { 'bluecore.stand-in-for': 'library/redis:7' } }
    const config = await put(
      layout.folder,
      { architecture: 'amd64', os: 'linux', config: settings },
      'application/vnd.oci.image.config.v1+json',
    )
    const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [] }
    layout.images = [
      {
        ...(await put(layout.folder, manifest, manifestType)),
        annotations: { 'io.containerd.image.name': 'redis:7' },
      },
    ]
  })
  await expect(loadBundle(standIn, { ...target, move: true })).rejects.toThrow(
    /library\/redis:7 already points to a different image .* not a stand-in of ours/,
  )
  expect(await readManifest(ask)).toBe(before)
})

const readManifest = async (ask: (path: string) => Promise<Response>) =>
  await (await ask('library/redis/manifests/7')).text()
