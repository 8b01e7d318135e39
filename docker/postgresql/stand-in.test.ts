// What only the image of this folder promises, not the official one: its labels, its layers, and the README's differences.
import {
  container,
  imageUnderTest,
  temporaryFolder,
  testLabels,
  testLayers,
  volume,
} from '@bluecore/images/testing'
import { expect, test } from 'vitest'

const image = await imageUnderTest(import.meta.dirname)
await testLabels(import.meta.dirname)
await testLayers(import.meta.dirname)

test('a data directory that a failed first start left is refused', async () => {
  const mounts = {
    '/docker-entrypoint-initdb.d': await temporaryFolder({ '10.sql': 'SELECT no_such_function();' }),
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
