import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from './index.mjs'

let dir
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bluecore-digest-'))
  writeFileSync(join(dir, 'main.go'), 'package main')
})
afterEach(() => rmSync(dir, { recursive: true }))

test('the same inputs give the same name', () => {
  expect(digestOf([dir], 'flag')).toBe(digestOf([dir], 'flag'))
  expect(digestOf([dir], 'flag')).toMatch(/^[0-9a-f]{16}$/)
})

test.each([
  ['a changed file', () => writeFileSync(join(dir, 'main.go'), 'package other')],
  ['a new file', () => writeFileSync(join(dir, 'extra.go'), '')],
])('%s gives another name', (_, change) => {
  const before = digestOf([dir])
  change()
  expect(digestOf([dir])).not.toBe(before)
})

test('another flag gives another name, and flags do not run together', () => {
  expect(digestOf([dir], 'a')).not.toBe(digestOf([dir], 'b'))
  expect(digestOf([dir], 'ab', 'c')).not.toBe(digestOf([dir], 'a', 'bc'))
})

test('what is not built into a binary does not count: tests and texts', () => {
  const before = digestOf([dir])
  writeFileSync(join(dir, 'main_test.go'), 'package main')
  writeFileSync(join(dir, 'README.md'), '# text')
  expect(digestOf([dir])).toBe(before)
})
