import { expect, test } from 'vitest'
import { render } from '../testing/helm.js'

test('existing Secrets: the chart creates no passwords, and the pods use them', async () => {
  const objects = await render({ global: { existingSecrets: { dbserver: 'my-db', redis: 'my-redis' } } })
  const text = JSON.stringify(objects)
  expect(text).not.toMatch(/dbserver-auth|redis-auth/)
  expect(text.match(/"my-db"/g)).toHaveLength(4) // server, sidecar, Misskey, migrations
  expect(text.match(/"my-redis"/g)).toHaveLength(3) // server, Misskey, migrations
})
