import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tools } from './index.mjs'

test('each folder of tools/ is one tool', () => {
  expect(readdirSync(join(import.meta.dirname, 'tools')).sort()).toEqual(Object.keys(tools).sort())
})

test.each(Object.values(tools))('the module of $name names exactly one tool', ({ module }) => {
  const text = readFileSync(join(module, 'go.mod'), 'utf8')
  expect(text.match(/^tool [^\s(]+$/gm)).toHaveLength(1)
})
