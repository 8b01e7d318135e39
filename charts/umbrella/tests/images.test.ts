import { describe, expect, test } from 'vitest'
import { containers, houses, render } from './render.js'

const elsewhere = 'registry.example:5000/all'

describe.each(houses)('%s', (_, values, options) => {
  test('every image has a version, and one registry moves them all', async () => {
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

test('an image can be pinned by its digest, also in another registry', async () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`
  const objects = await render({ global: { imageRegistry: 'r' }, redis: { image: { digest } } })
  const images = containers(objects).map(([, { image }]) => image)
  expect(images.filter(image => image.includes('@'))).toEqual([`r/library/redis:7@${digest}`])
})
