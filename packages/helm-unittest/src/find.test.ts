import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cacheFolder } from './cache.mjs'
import { find } from './find.mjs'
import { pin } from './pin.mjs'

/** A compiled program. Only its path matters here; it is never run. */
const compiled = '/bin/true'

let folder: string
let warnings: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'helm-unittest-find-'))
  warnings = []
})
afterEach(() => rm(folder, { recursive: true }))

/** @returns what is found with these folders on PATH */
function found(env: Record<string, string> = {}, path: string[] = []) {
  const all = { XDG_CACHE_HOME: folder, PATH: path.join(delimiter), ...env }
  return find(pin, all, text => warnings.push(text))
}

async function putInCache(hash?: string) {
  const cache = cacheFolder({ XDG_CACHE_HOME: folder }, pin.version)
  const name =
    hash ??
    createHash('sha256')
      .update(await readFile(compiled))
      .digest('hex')
  await mkdir(cache, { recursive: true })
  await copyFile(compiled, join(cache, `helm-unittest-${name}`))
  return join(cache, `helm-unittest-${name}`)
}

async function putOnPath(name: string) {
  const path = join(folder, `path-${name}`, name)
  await mkdir(dirname(path))
  await symlink(compiled, path)
  return path
}

async function putLauncher(text: string) {
  const path = join(folder, 'node_modules/.bin/helm-unittest')
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

test('HELM_UNITTEST_BIN comes first', async () => {
  await putInCache()
  const path = await putOnPath('untt')
  expect(await found({ HELM_UNITTEST_BIN: '/opt/untt' }, [dirname(path)])).toBe('/opt/untt')
  expect(warnings).toEqual([])
})

test('then the cache', async () => {
  const cached = await putInCache()
  const path = await putOnPath('untt')
  expect(await found({}, [dirname(path)])).toBe(cached)
  expect(warnings).toEqual([])
})

test.each(['untt', 'helm-unittest'])('then %s on PATH, with a warning', async name => {
  const path = await putOnPath(name)
  expect(await found({}, [folder, dirname(path)])).toBe(path)
  expect(warnings).toEqual([
    `running ${path} from PATH. It does not report its version; 1.1.2 is expected. If it is that version, set HELM_UNITTEST_BIN=${path}`,
  ])
})

test('a damaged binary in the cache is reported and ignored', async () => {
  const damaged = await putInCache('0'.repeat(64))
  const path = await putOnPath('untt')
  expect(await found({}, [dirname(path)])).toBe(path)
  expect(warnings[0]).toBe(`${damaged} is damaged: its hash is not that of the build; ignored`)
})

test.each([
  ['npm', '#!/usr/bin/env node\n'],
  ['pnpm', '#!/bin/sh\nexec node helm-unittest.mjs "$@"\n'],
])('a launcher that %s puts on PATH is ignored', async (_, text) => {
  const launcher = await putLauncher(text)
  const path = await putOnPath('untt')
  expect(await found({}, [dirname(launcher), dirname(path)])).toBe(path)
})

test('a compiled shim that has started this launcher is ignored', async () => {
  const shim = await putOnPath('helm-unittest')
  const path = await putOnPath('untt')
  const env = { HELM_UNITTEST_LAUNCHED: shim }
  expect(await found(env, [dirname(shim), dirname(path)])).toBe(path)
})

test('HELM_UNITTEST_BIN that has started this launcher is an error', async () => {
  const env = { HELM_UNITTEST_BIN: '/x/shim', HELM_UNITTEST_LAUNCHED: '/x/shim' }
  await expect(found(env)).rejects.toThrow('HELM_UNITTEST_BIN=/x/shim starts this launcher again')
})

test('no binary and no Go: everything that was tried, and what to do', async () => {
  const cache = cacheFolder({ XDG_CACHE_HOME: folder }, pin.version)
  await expect(found()).rejects.toThrow(`no helm-unittest 1.1.2 to run. Tried:
  HELM_UNITTEST_BIN: not set
  cache:             nothing in ${cache}
  PATH:              no compiled helm-unittest or untt
  build:             there is no go on PATH
Provide one of these:
  - Go 1.26 or later on PATH, to build it once (the Go module proxy must be reachable)
  - a binary of github.com/helm-unittest/helm-unittest 1.1.2: set HELM_UNITTEST_BIN to its path,
    or put it on PATH as helm-unittest or untt
  - ${cache}, copied from a machine of the same platform that has built it`)
})

test('a cache that cannot be used is reported', async () => {
  await writeFile(join(folder, 'file'), '')
  await expect(found({ XDG_CACHE_HOME: join(folder, 'file') })).rejects.toThrow(/build: +ENOTDIR.*file/)
})
