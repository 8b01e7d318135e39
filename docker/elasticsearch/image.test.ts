import { container, imageUnderTest, testLabels, testLayers, volume } from '@bluecore/images/testing'
import { acceptElasticsearch } from '@bluecore/images/testing/elasticsearch'
import { isMadeHere } from '@bluecore/images/testing/under-test'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)
acceptElasticsearch(image)
// What the README's table calls different: of this image alone.
if (await isMadeHere(image))
  test('tells whose the data directory is, and that nobody will be asked for a password', async () => {
    const data = '/usr/share/elasticsearch/data'
    const mounts = { [data]: await volume(image, '1234:1234') }
    const server = await container(image, { as: 'root', env: { ELASTIC_PASSWORD: 'x' }, mounts })
    expect(await server.ended()).toEqual({ exitCode: 1 })
    expect(await server.logs()).toContain(
      `${data} belongs to 1234:1234 (mode 700), and Elasticsearch (1000:0) cannot write there.`,
    )
    expect(await server.logs()).toContain('ELASTIC_PASSWORD does nothing')
  })
