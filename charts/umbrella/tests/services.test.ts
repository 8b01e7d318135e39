import { expect, test } from 'vitest'
import { render } from '../testing/helm.js'
import { pods } from '../testing/objects.js'

test('no pod is selected by two Services', async () => {
  const objects = await render()
  const services = objects.filter(({ kind }) => kind === 'Service')
  for (const [where, { metadata }] of pods(objects)) {
    const chosen = services.filter(({ spec }) =>
      Object.entries(spec.selector).every(([key, value]) => metadata.labels[key] === value),
    )
    expect(chosen.length, where).toBe(where.startsWith('Deployment/') ? 1 : 0)
  }
})
