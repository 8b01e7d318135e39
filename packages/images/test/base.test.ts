import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildImage } from '../src/build.js'
import { pushImages } from '../src/push.js'
import { docker, removeImagesAfterTest } from '../testing/docker.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

test('a base is found by its digest after its tag has moved; a different one is refused, with both digests', async () => {
  const registry = await startRegistry(undefined, () => ({}))
  const name = `${registry.address}/base:1`
  removeImagesAfterTest(name)
  const push = async () => {
    const image = await smallImage(1_024, 'base:1')
    const [pushed] = await pushImages({ images: [image] }, { registry: registry.address, move: true })
    return pushed?.descriptor.digest ?? ''
  }
  const digest = await push()
  const image = { name: 'bluecore-test/based', version: '1', title: 'A test', licenses: 'MIT' }
  removeImagesAfterTest('bluecore-test/based:1')
  const dir = await temporaryFolder({
    'image.json': JSON.stringify({ base: { name, digest }, images: [image] }),
    Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY layer.sh /\n',
  })
  const next = await push()
  await docker('pull', '--quiet', name)
  expect((await buildImage(dir)).images[0]?.base).toEqual({ name, digest })
  const labels = await docker(
    'image',
    'inspect',
    '--format',
    '{{json .Config.Labels}}',
    'bluecore-test/based:1',
  )
  expect(JSON.parse(labels)).toMatchObject({ 'org.opencontainers.image.base.digest': digest })

  await docker('rmi', `${registry.address}/base@${digest}`)
  await registry.kill()
  await expect(buildImage(dir)).rejects.toThrow(
    `base ${name} should be ${digest}, but the engine's is ${next} or sha256:`,
  )
  await writeFile(join(dir, 'image.json'), JSON.stringify({ base: { name }, images: [image] }))
  expect((await buildImage(dir)).images[0]?.base, 'not pinned').toEqual({ name, digest: next })
})
