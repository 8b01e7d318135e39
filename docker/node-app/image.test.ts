import { container, imagesUnderTest, layersOf, testLabels, testLayers } from '@bluecore/images/testing'
import { describe, expect, test } from 'vitest'
import { testProgram } from './testing/programs.js'

await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname, { baseLayers: 0 })
describe.each(await imagesUnderTest(import.meta.dirname))('$name', ({ name, image }) => {
  test('its program runs', () => testProgram(name, image))
  test('its program runs as any other uid', () => testProgram(name, image, '12345:0'))
  test('has an SBOM of the packages in its bundles', async () => {
    const path = `/usr/share/sbom/${name.replace(/.*\//, '')}.cdx.json`
    const names = `JSON.parse(fs.readFileSync('${path}')).components.map(({ name }) => name).join()`
    const server = await container(image, { entrypoint: 'node', args: ['-p', names] })
    expect(await server.ended()).toEqual({ exitCode: 0 })
    expect((await server.logs()).split(',')).toContain('zod')
  })
  test('is Node.js and at most 1 MB; no shell, no package manager', async () => {
    const [, own] = await layersOf(image)
    expect(own?.size).toBeLessThan(1e6)
    for (const entrypoint of ['sh', 'npm', 'apt-get'])
      await expect(container(image, { entrypoint })).rejects.toThrow('executable file not found')
  })
})
