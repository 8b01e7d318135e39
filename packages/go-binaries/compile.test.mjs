import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { binaryPath, compile, goVersion, isCompiled } from './index.mjs'

/** Lies below XDG_CACHE_HOME if nothing else is said. */
const buildCache = spawnSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).stdout.trim()

let folder
let hello
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bluecore-go-binaries-'))
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  vi.stubEnv('GOCACHE', buildCache)
  hello = { name: 'hello', module: join(folder, 'hello'), package: '.' }
  mkdirSync(hello.module)
  write('go.mod', 'module example.internal/hello\n\ngo 1.24\n')
  // Its own text in each test: Go does not mention packages that it has compiled before.
  write('main.go', `package main\n\nvar text = "${folder}"\n\nfunc main() { println(text) }\n`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const write = (name, text) => writeFileSync(join(hello.module, name), text)

/** What a program prints: println of Go writes to stderr. */
const printed = path => spawnSync(path, { encoding: 'utf8' }).stderr

/** What the cache holds besides locks. */
const cached = () => readdirSync(join(folder, 'cache/bluecore/go')).filter(name => !name.endsWith('.lock'))

test('several that ask at once get one binary, compiled once', async () => {
  const lines = []
  expect(await isCompiled(hello)).toBe(false)
  const ask = () => compile(hello, { onLine: line => lines.push(line) })
  const [path, ...others] = await Promise.all([ask(), ask(), ask()])
  expect(others).toEqual([path, path])
  expect(lines.filter(line => line === 'example.internal/hello')).toHaveLength(1)
  expect(printed(path)).toBe(`${folder}\n`)
  expect(await isCompiled(hello)).toBe(true)
  expect(cached()).toHaveLength(1)
})

test('linker flags and build tags reach Go', async () => {
  write('other.go', '//go:build other\n\npackage main\n\nfunc init() { text += " of the tag" }\n')
  expect(printed(await compile({ ...hello, ldflags: '-X main.text=text' }))).toBe('text\n')
  expect(printed(await compile({ ...hello, tags: 'other' }))).toBe(`${folder} of the tag\n`)
})

test.each([
  ['sources', () => write('main.go', 'package main')],
  ['go.sum', () => write('go.sum', '')],
  ['linker flags', () => Object.assign(hello, { ldflags: '-X main.text=a' })],
  ['build tags', () => Object.assign(hello, { tags: 'other' })],
  ['package', () => Object.assign(hello, { package: './other' })],
])('other %s, another path', async (_, change) => {
  const before = await binaryPath(hello)
  change()
  expect(await binaryPath(hello)).not.toBe(before)
})

test('a package that does not compile: what the compiler says, and nothing in the cache', async () => {
  write('main.go', 'package main\n\nfunc main() { nothing() }\n')
  await expect(compile(hello)).rejects.toThrow(
    'compiling hello: go build ended with 1:\n# example.internal/hello\n./main.go:3:15: undefined: nothing',
  )
  expect(cached()).toEqual([])
})

test('a proxy that cannot be reached: set GOPROXY', async () => {
  vi.stubEnv('GOPROXY', 'off')
  vi.stubEnv('GOMODCACHE', join(folder, 'modules'))
  write('go.mod', 'module example.internal/hello\n\ngo 1.24\n\nrequire example.com/missing v1.0.0\n')
  const sum = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
  const module = 'example.com/missing v1.0.0'
  write('go.sum', `${module} h1:${sum}\n${module}/go.mod h1:${sum}\n`)
  write('main.go', 'package main\n\nimport _ "example.com/missing"\n\nfunc main() {}\n')
  await expect(compile(hello)).rejects.toThrow(
    /module lookup disabled by GOPROXY=off\n.*set GOPROXY to one that it can reach/,
  )
})

test('a module that requires a newer Go: install it; none is downloaded', async () => {
  write('go.mod', 'module example.internal/hello\n\ngo 1.99\n')
  await expect(compile(hello)).rejects.toThrow(/requires go >= 1\.99.*\nInstall the version of Go/)
})

test('without Go on PATH: install it', async () => {
  for (const name of ['flock', 'sh', 'cat', 'nice']) symlinkSync(`/usr/bin/${name}`, join(folder, name))
  vi.stubEnv('PATH', folder)
  const message = 'compiling hello: there is no go on PATH. Install Go 1.26 or later.'
  await expect(compile(hello)).rejects.toThrow(message)
  await expect(compile(hello, { lowPriority: true })).rejects.toThrow(message)
  expect(await goVersion()).toBeUndefined()
})

test('low priority reaches the compilation, which can be aborted: nothing is left, and it can be repeated', async () => {
  const abort = new AbortController()
  let nice
  const onLine = () => {
    nice ??= childNamed('go')?.nice
    abort.abort(new Error('enough'))
  }
  vi.stubEnv('GOCACHE', join(folder, 'build-cache')) // so that it compiles Go's own packages too, and is not done at once
  await expect(compile(hello, { lowPriority: true, signal: abort.signal, onLine })).rejects.toThrow('enough')
  expect(nice).toBe(Math.min(getPriority() + 10, 19))
  expect(childNamed('go')).toBeUndefined()
  expect(cached()).toEqual([])
  vi.stubEnv('GOCACHE', buildCache)
  expect(await compile(hello)).toBe(await binaryPath(hello))
})

/** The child process of this one that runs a program of this name. */
function childNamed(name) {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(pid => {
      try {
        // proc_pid_stat(5): pid (comm) state ppid … nice is the 19th
        const [, comm, rest] = /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        const fields = rest.split(' ')
        return [{ comm, parent: Number(fields[1]), nice: Number(fields[16]) }]
      } catch {
        return [] // ended meanwhile
      }
    })
    .find(({ comm, parent }) => comm === name && parent === process.pid)
}
