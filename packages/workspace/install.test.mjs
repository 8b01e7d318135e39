import { expect, test } from 'vitest'
import { checkNode } from './install.mjs'

test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('Node.js %s will do', version => {
  expect(() => checkNode(version)).not.toThrow()
})

test.each(['18.20.4', '20.18.9'])('Node.js %s is too old', version => {
  expect(() => checkNode(version)).toThrow(`Node.js ${version} is too old: Bluecore needs 20.19 or later`)
})
