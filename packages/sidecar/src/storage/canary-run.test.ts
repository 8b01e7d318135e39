import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { removeLeftovers, runOnce } from './canary-run.js'

let volume: string
beforeEach(() => {
  volume = mkdtempSync(join(tmpdir(), 'canary-'))
})
afterEach(() => rmSync(volume, { recursive: true }))

test('it creates its folder, reports the time of each step and the free space, and leaves nothing', () => {
  const folder = join(volume, 'health')
  const ms = expect.closeTo(500, -3)
  for (let run = 0; run < 2; run++) {
    const { steps, space, failed } = runOnce(folder, 'me')
    expect(failed).toBeUndefined()
    expect(steps).toEqual({ write: ms, fsync: ms, rename: ms, unlink: ms })
    expect(space?.free).toBeGreaterThan(0)
    expect(space?.size).toBeGreaterThan(space?.free ?? 0)
    expect(readdirSync(folder)).toEqual([])
  }
})

test.each([
  ['a folder above is missing', 'missing/health', { call: 'mkdir', code: 'ENOENT' }],
  ['a file is above', 'file/health', { call: 'mkdir', code: 'ENOTDIR' }],
  ['a file is in its place', 'file', { call: 'open', code: 'ENOTDIR' }],
])('%s: it tells which call failed, and how', (_, path, failed) => {
  writeFileSync(join(volume, 'file'), 'of somebody')
  expect(runOnce(join(volume, path), 'me')).toMatchObject({ steps: {}, failed })
})

test('a step that fails is the last one, and what it left is removed', () => {
  mkdirSync(join(volume, 'me.canary')) // a file does not replace a folder
  const { steps, failed } = runOnce(volume, 'me')
  expect(Object.keys(steps)).toEqual(['write', 'fsync'])
  expect(failed).toEqual({ call: 'rename', code: 'EISDIR' })
  expect(readdirSync(volume)).toEqual(['me.canary'])
})

test('leftovers are removed when they are old, and nothing else is', () => {
  const files = ['old.canary', 'old.new.canary', 'young.canary', 'old.data']
  for (const name of files) {
    writeFileSync(join(volume, name), '')
    const hours = name.startsWith('old') ? 1.1 : 0.9
    const then = Date.now() / 1000 - hours * 3_600
    utimesSync(join(volume, name), then, then)
  }
  removeLeftovers(volume)
  expect(readdirSync(volume).sort()).toEqual(['old.data', 'young.canary'])
  removeLeftovers(join(volume, 'missing'))
})
