import { expect, test } from 'vitest'
import { render } from '../testing/helm.js'

test('existing Secrets: the chart creates none, and the pods use them', async () => {
  const objects = await render({ global: { existingSecrets: { dbserver: 'my-db', redis: 'my-redis' } } })
  expect(objects.filter(({ metadata }) => metadata.name === 'bluecore-secrets')).toEqual([])
  const text = JSON.stringify(objects)
  expect(text).not.toMatch(/dbserver-auth|redis-auth/)
  expect(text.match(/"my-db"/g)).toHaveLength(4) // server, sidecar, Misskey, migrations
  expect(text.match(/"my-redis"/g)).toHaveLength(3) // server, Misskey, migrations
})
