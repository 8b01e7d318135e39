import { container, imageUnderTest, testLabels, testLayers, volume } from '@bluecore/images/testing'
import { acceptRedis } from '@bluecore/images/testing/redis'
import { isMadeHere } from '@bluecore/images/testing/under-test'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)
acceptRedis(image)
// What the README's table calls different: of this image alone.
if (await isMadeHere(image))
  test('tells whose the data directory is', async () => {
    const server = await container(image, {
      user: '999:999',
      mounts: { '/data': await volume(image, '1234:1234') },
    })
    expect(await server.ended()).toEqual({ exitCode: 1 })
    expect(await server.logs()).toContain('/data belongs to 1234:1234 (mode 700), but Redis runs as 999:999.')
  })
