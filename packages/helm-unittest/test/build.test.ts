import { once } from 'node:events'
import { cp, mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { build } from '../src/build.mjs'
import { cacheFolder } from '../src/cache.mjs'
import { pin } from '../src/pin.mjs'
import { binary, buildMs, greeting, pathOf, start, temporary } from '../testing/launcher.js'

let built: string
beforeAll(async () => {
  built = await binary()
}, buildMs)

/** An empty cache, with Go's build cache as it is. */
async function emptyCache() {
  const XDG_CACHE_HOME = await temporary()
  const folder = cacheFolder({ XDG_CACHE_HOME }, pin.version)
  return { folder, env: { XDG_CACHE_HOME, GOCACHE: process.env.GOCACHE ?? (await goCache()) } }
}

async function goCache() {
  return (await execa('go', ['env', 'GOCACHE'])).stdout
}

test('two processes at once: one builds, both get the same binary', {
  timeout: buildMs,
}, async () => {
  const { folder, env } = await emptyCache()
  const [one, other] = await Promise.all([start(['--where'], env), start(['--where'], env)])
  const said = one.stderr + other.stderr
  expect(said.match(/another process is building it/g)).toHaveLength(1)
  expect(said).toMatch(/building 1\.1\.2, once; takes minutes \(0 s\)/)
  expect([one.exitCode, other.exitCode]).toEqual([0, 0])
  expect(one.stdout).toBe(other.stdout)
  expect(dirname(one.stdout)).toBe(folder)
  expect(await readdir(folder)).toEqual([basename(one.stdout)])
})

test('a damaged binary is not run but rebuilt', { timeout: buildMs }, async () => {
  const { folder, env } = await emptyCache()
  const copy = join(folder, basename(built))
  await cp(built, copy)
  await truncate(copy, 1_000_000)
  const { exitCode, stdout, stderr } = await start([await greeting()], env)
  expect(stderr).toContain(`${copy} is damaged: its hash is not that of the build; ignored`)
  expect(stdout).toContain('2 passed, 2 total')
  expect(exitCode).toBe(0)
  const again = await start([await greeting()], env)
  expect(again.stderr).toBe('')
})

test('without Go, with a damaged binary: what was tried, what to do, and 127', async () => {
  const { folder, env } = await emptyCache()
  const copy = join(folder, basename(built))
  await cp(built, copy)
  await truncate(copy, 1_000_000)
  const { exitCode, stderr } = await start([await greeting()], { ...env, PATH: await pathOf({}) })
  expect(stderr).toContain(`cache:             ${copy} is damaged`)
  expect(stderr).toContain('build:             there is no go on PATH')
  expect(stderr).toContain('Go 1.26 or later on PATH')
  expect(exitCode).toBe(127)
})

test('a module with another hash is not built, and no file is left', async () => {
  const { folder } = await emptyCache()
  await mkdir(folder, { recursive: true })
  const sum = 'h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  await expect(build({ ...pin, sum }, process.env, folder)).rejects.toThrow(
    `@v1.1.2 has the hash ${pin.sum}, not ${sum}, so it is not built`,
  )
  expect(await readdir(folder)).toEqual([])
})

test('a module that Go cannot download: the error of Go, and what to do', async () => {
  const { env } = await emptyCache()
  const none = { GOPROXY: 'off', GOMODCACHE: await temporary() }
  const { exitCode, stderr } = await start([await greeting()], { ...env, ...none })
  expect(stderr).toContain(
    'build:             Go cannot download github.com/helm-unittest/helm-unittest@v1.1.2:',
  )
  expect(stderr).toContain('module lookup disabled by GOPROXY=off')
  expect(stderr).toContain('Provide one of these')
  expect(exitCode).toBe(127)
})

test('an interrupted build ends by the signal and leaves no file', async () => {
  const { folder, env } = await emptyCache()
  const child = start(['--where'], { ...env, GOCACHE: await temporary() })
  await once(child.stderr, 'data')
  await expect.poll(() => readdir(folder), { timeout: 30_000 }).toContain('lock')
  child.kill('SIGINT')
  expect((await child).signal).toBe('SIGINT')
  expect(await readdir(folder)).toEqual([])
})

test('leftovers of a killed build do not block the next one', { timeout: buildMs }, async () => {
  const { folder, env } = await emptyCache()
  await mkdir(join(folder, 'build-killed'), { recursive: true })
  await writeFile(join(folder, 'lock'), '')
  await utimes(join(folder, 'lock'), 0, 0)
  const { exitCode, stdout } = await start(['--where'], env)
  expect(exitCode).toBe(0)
  expect(await readdir(folder)).toEqual([basename(stdout)])
})
