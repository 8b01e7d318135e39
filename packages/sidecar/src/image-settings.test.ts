import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { imageSettings } from '../testing/image-settings.js'

test('flags and environment are those of the Dockerfile', () => {
  const dockerfile = readFileSync('docker/node-app/Dockerfile', 'utf8')
  const { flags, env } = imageSettings(dockerfile)
  expect(flags.length).toBeGreaterThan(2)
  expect(flags).toContain('--max-old-space-size=24')
  expect(env.NODE_ENV).toBe('production')
})
