import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildImage } from '../src/build.js'
import { pushImages } from '../src/push.js'
import { startRegistry } from './registry.js'
import { smallImage } from './small-image.js'
import { client, folder } from './workshop.js'

test('a base is the one of its digest though its tag has moved on; another one is refused, with both digests', async () => {
  const registry = await startRegistry(undefined, () => ({}))
  const name = `${registry.address}/base:1`
  onTestFinished(async () => void (await client('rmi', '--force', name)))
  const push = async () => {
    const image = await smallImage(1_024, 'base:1')
    const [pushed] = await pushImages({ images: [image] }, { registry: registry.address, move: true })
    return pushed?.descriptor.digest ?? ''
  }
  const digest = await push()
  const image = { name: 'bluecore-test/based', version: '1', title: 'A test', licenses: 'MIT' }
  const dir = await folder(
    {
      'image.json': JSON.stringify({ base: { name, digest }, images: [image] }),
      Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY layer.sh /\n',
    },
    'bluecore-test/based:1',
  )
  const next = await push()
  await client('pull', '--quiet', name)
  expect((await buildImage(dir)).images[0]?.base).toEqual({ name, digest })
  const labels = await client(
    'image',
    'inspect',
    '--format',
    '{{json .Config.Labels}}',
    'bluecore-test/based:1',
  )
  expect(JSON.parse(labels)).toMatchObject({ 'org.opencontainers.image.base.digest': digest })

  await client('rmi', `${registry.address}/base@${digest}`)
  await registry.kill()
  await expect(buildImage(dir)).rejects.toThrow(
    `base ${name} should be ${digest}, but the engine's is ${next} or sha256:`,
  )
  await writeFile(join(dir, 'image.json'), JSON.stringify({ base: { name }, images: [image] }))
  expect((await buildImage(dir)).images[0]?.base, 'not pinned').toEqual({ name, digest: next })
})
