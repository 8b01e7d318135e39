// What only the image of this folder promises, not the official one: its labels, its layers, and the README's differences.
import { container, imageUnderTest, testLabels, testLayers, volume } from '@bluecore/images/testing'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)

test('a data directory of another owner: the message names its owner and mode', async () => {
  const server = await container(image, {
    user: '999:999',
    mounts: { '/data': await volume(image, '1234:1234') },
  })
  expect(await server.ended()).toEqual({ exitCode: 1 })
  expect(await server.logs()).toContain('/data belongs to 1234:1234 (mode 700), but Redis runs as 999:999.')
})
