// What only the image of this folder promises, not the official one: its labels, its layers, and the README's differences.
import { container, imageUnderTest, testLabels, testLayers, volume } from '@bluecore/images/testing'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)

test('a data directory of another owner: the message names its owner and mode; ELASTIC_PASSWORD: that it has no effect', async () => {
  const data = '/usr/share/elasticsearch/data'
  const mounts = { [data]: await volume(image, '1234:1234') }
  const server = await container(image, { as: 'root', env: { ELASTIC_PASSWORD: 'x' }, mounts })
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain(
    `${data} belongs to 1234:1234 (mode 700), and Elasticsearch (1000:0) cannot write there.`,
  )
  expect(await server.logs()).toContain('ELASTIC_PASSWORD has no effect')
})
