import { container, imagesUnderTest, layersOf, testLabels, testLayers } from '@bluecore/images/testing'
import { expect, test } from 'vitest'
import { testSidecar } from './sidecar.js'

const images = await imagesUnderTest(import.meta.dirname)
const sidecars = images.filter(({ name }) => name.endsWith('-health'))
const setup = images.filter(({ name }) => name.endsWith('/setup'))
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname, { baseLayers: 0 })
test.each(sidecars)('$name serves, looks at a volume, and ends at SIGTERM', ({ image }) => testSidecar(image))
test.each(sidecars)('$name does so as any other uid', ({ image }) => testSidecar(image, '12345:0'))
test.each(images)('$name is Node.js and at most 1 MB; no shell, no package manager', async ({ image }) => {
  const [, own] = await layersOf(image)
  expect(own?.size).toBeLessThan(1e6)
  for (const name of ['sh', 'npm', 'apt-get'])
    await expect(container(image, { entrypoint: name })).rejects.toThrow('executable file not found')
})
test.each(setup)('$name takes a command', async ({ image }) => {
  const wrong = await container(image, { args: ['no-such-command'] })
  expect((await wrong.ended()).exitCode).not.toBe(0)
  expect(await wrong.logs()).toContain('no-such-command')
  const right = await container(image, { args: ['--help'] })
  expect(await right.ended()).toEqual({ exitCode: 0 })
  expect(await right.logs()).toMatch(/secrets.*search-index.*wait.*render/s)
})
