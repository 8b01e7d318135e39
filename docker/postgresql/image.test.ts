import { container, imageUnderTest, testLabels, testLayers, volume } from '@bluecore/images/testing'
import { files } from '@bluecore/images/testing/files'
import { acceptPostgresql } from '@bluecore/images/testing/postgresql'
import { isMadeHere } from '@bluecore/images/testing/under-test'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)
acceptPostgresql(image)
// What the README's table calls different: of this image alone.
if (await isMadeHere(image))
  test('never serves what a broken first start left', async () => {
    const mounts = {
      '/docker-entrypoint-initdb.d': await files({ '10.sql': 'SELECT no_such_function();' }),
      '/var/lib/postgresql/data': await volume(image, '0:0'),
    }
    const server = await container(image, { as: 'root', env: { POSTGRES_PASSWORD: 'x' }, mounts })
    expect(await server.ended()).toEqual({ exitCode: 3 })
    await server.start()
    expect(await server.ended()).toEqual({ exitCode: 1 })
    expect(await server.logs('last start')).toContain(
      'The first start in /var/lib/postgresql/data did not finish',
    )
  })
