import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { loadBundle } from '../src/bundle/load.js'
import { writeBundle } from '../src/bundle/write.js'
import { packChart } from '../src/chart.js'
import { chartImages } from '../src/chart-images.js'
import { pushImages } from '../src/push.js'
import { startContainerd } from '../testing/containerd.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const pod = (...images: string[]) => `spec:
  initContainers: [{ name: i, image: ${images[0]} }]
  containers: [{ name: c, image: ${images[1]} }]
`

/** A chart with an image in a hook, in an init container and in a container; packaged. */
async function chart(digest: string): Promise<string> {
  const dir = await temporaryFolder({
    'small/Chart.yaml': 'apiVersion: v2\nname: small\nversion: 1.0.0\n',
    'small/values.yaml': 'registry: images.example\n',
    'small/templates/pod.yaml': `kind: Pod\napiVersion: v1\nmetadata: { name: x }\n${pod('redis:7', '{{ .Values.registry }}/a/b:1')}`,
    'small/templates/hook.yaml': `kind: Pod\napiVersion: v1\nmetadata: { name: y, annotations: { helm.sh/hook: test } }\n${pod('redis:7', `images.example/pinned:2@${digest}`)}`,
  })
  await execa('tar', ['-czf', join(dir, 'small.tgz'), '-C', dir, 'small'])
  return join(dir, 'small.tgz')
}

async function pushedChart() {
  const { address, dockerConfig } = await startRegistry()
  const [a, b] = [await smallImage(1_000, 'a/b:1', 'library/redis:7'), await smallImage(1_000, 'pinned:2')]
  const pushed = await pushImages({ images: [a, b] }, { registry: `${address}/team`, dockerConfig })
  const [first = '', , pinned = ''] = pushed.map(({ descriptor }) => descriptor.digest)
  return { from: `${address}/team`, dockerConfig, archive: await chart(pinned), digests: { first, pinned } }
}

test('every image of the chart is listed once: of init containers, hooks and tests too', async () => {
  const digest = `sha256:${'1'.repeat(64)}`
  const images = await chartImages({ chart: await chart(digest), set: ['registry=other.example:5000'] })
  expect(images).toEqual([
    {
      name: `images.example/pinned:2@${digest}`,
      host: 'images.example',
      repository: 'pinned',
      tag: '2',
      digest,
    },
    { name: 'other.example:5000/a/b:1', host: 'other.example:5000', repository: 'a/b', tag: '1' },
    { name: 'redis:7', host: 'docker.io', repository: 'library/redis', tag: '7' },
  ])
  await expect(chartImages({ chart: '/no/such/chart' })).rejects.toThrow(
    'helm cannot render /no/such/chart: ',
  )
})

test('a node imports the bundle under the names in the chart; a registry gets the same digests', async () => {
  const { from, dockerConfig, archive, digests } = await pushedChart()
  const bundle = join(await temporaryFolder(), 'bundle.tar')
  const images = await chartImages({ chart: archive })
  const written = await writeBundle(bundle, images, await packChart(archive), { from, dockerConfig })
  expect(written.map(({ digest }) => digest)).toEqual([digests.first, digests.pinned, digests.first])

  const { ctr } = await startContainerd()
  await ctr('images', 'import', bundle)
  const names = (await ctr('images', 'ls', '--quiet')).split('\n')
  expect(names).toEqual([
    'docker.io/library/redis:7',
    'images.example/a/b:1',
    `images.example/pinned@${digests.pinned}`,
  ])
  expect(await ctr('images', 'check')).not.toContain('incomplete')

  const other = await startRegistry()
  const target = { registry: `${other.address}/mirror`, dockerConfig: other.dockerConfig }
  const loaded = await loadBundle(bundle, target)
  expect(loaded.map(({ name, digest, kept }) => [name.replace(/^.*mirror/, ''), digest, kept])).toEqual([
    ['/a/b:1', digests.first, false],
    ['/library/redis:7', digests.first, false],
    ['/charts/small:1.0.0', expect.stringMatching(/^sha256:/), false],
  ])
  expect((await other.ask(`mirror/pinned/manifests/${digests.pinned}`)).status).toBe(200)
  expect((await loadBundle(bundle, target)).every(({ kept }) => kept)).toBe(true)
})

test('images that no registry has are all named, and nothing is written', async () => {
  const { from, dockerConfig, archive } = await pushedChart()
  const dir = await temporaryFolder()
  const images = await chartImages({ chart: archive, set: ['registry=images.example/no'] })
  const missing = [...images, { name: 'gone:1', host: 'docker.io', repository: 'library/gone', tag: '1' }]
  const write = writeBundle(join(dir, 'b.tar'), missing, await packChart(archive), { from, dockerConfig })
  await expect(write).rejects.toThrow(/\S+\/team\/no\/a\/b has no 1\n\S+\/team\/library\/gone has no 1$/)
  const hub = writeBundle(join(dir, 'b.tar'), missing.slice(-1), await packChart(archive), { dockerConfig })
  await expect(hub).rejects.toThrow(
    'gone:1: Docker Hub is not asked. Name a registry that has it, with --from',
  )
  expect(await readdir(dir)).toEqual([])
})

test('a damaged bundle is refused before anything is sent', async () => {
  const { from, dockerConfig, archive, digests } = await pushedChart()
  const dir = await temporaryFolder()
  const bundle = join(dir, 'bundle.tar')
  await writeBundle(bundle, await chartImages({ chart: archive }), await packChart(archive), {
    from,
    dockerConfig,
  })
  await execa('tar', ['-xf', bundle, '-C', dir])
  const { layers } = JSON.parse(await readFile(join(dir, 'blobs/sha256', digests.first.slice(7)), 'utf8'))
  await appendFile(join(dir, 'blobs/sha256', layers[0].digest.slice(7)), 'x')
  await execa('tar', ['-cf', bundle, '-C', dir, 'oci-layout', 'index.json', 'artifacts.json', 'blobs'])
  const { address: registry, dockerConfig: login, ask } = await startRegistry()
  const target = { registry, dockerConfig: login }
  await expect(loadBundle(bundle, target)).rejects.toThrow(`not what they say: ${layers[0].digest}`)
  expect(await (await ask('_catalog')).json()).toEqual({ repositories: [] })

  await writeFile(bundle, 'no archive')
  await expect(loadBundle(bundle, target)).rejects.toThrow(/bundle\.tar cannot be unpacked: /)
  await execa('tar', ['-cf', bundle, '-C', dir, 'oci-layout'])
  await expect(loadBundle(bundle, target)).rejects.toThrow(/bundle\.tar is no bundle of images: /)
})

test('a full disk is reported, and no partial bundle is left', async () => {
  const { from, dockerConfig, archive } = await pushedChart()
  const images = await chartImages({ chart: archive })
  const disk = await temporaryFolder()
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk])
  onTestFinished(async () => void (await execa('umount', ['--lazy', disk])))
  const write = writeBundle(join(disk, 'b.tar'), images, await packChart(archive), { from, dockerConfig })
  await expect(write).rejects.toThrow(`the disk of ${disk} is full: a bundle takes twice its size`)
  expect(await readdir(disk)).toEqual([])
})
