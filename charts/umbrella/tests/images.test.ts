import { describe, expect, test } from 'vitest'
import { render } from '../testing/helm.js'
import { installations } from '../testing/installations.js'
import { containers } from '../testing/objects.js'

const elsewhere = 'registry.example:5000/all'

describe.each(installations)('%s', (_, values, options) => {
  test('every image has a version, and imageRegistry applies to all of them', async () => {
    const { global } = values as { global?: object }
    const before = new Map(containers(await render(values, options)))
    const moved = containers(
      await render({ ...values, global: { ...global, imageRegistry: elsewhere } }, options),
    )
    expect(moved.length).toBeGreaterThan(10)
    for (const [where, { image }] of moved) {
      expect(image, where).toMatch(/^registry\.example:5000\/all\/[a-z-]+\/[a-z-]+:\d[\w.]*$/)
      const path = (text = '') => text.split('/').slice(-2).join('/')
      expect(path(image), where).toBe(path(before.get(where)?.image))
    }
  })
})

test('an image can be pinned by digest, also in another registry', async () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
  const objects = await render({ global: { imageRegistry: 'r' }, redis: { image: { digest } } })
  const images = containers(objects).map(([, { image }]) => image)
  expect(images.filter(image => image.includes('@'))).toEqual([`r/library/redis:7@${digest}`])
})
