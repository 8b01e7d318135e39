import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stageSource } from './source.mjs'

const run = async (command, args, options = {}) => {
  const { stdout } = await promisify(execFile)(command, args, {
    ...options,
    env: { ...process.env, ...options.env },
  })
  return { stdout: String(stdout).trim() }
}
const sample = join(import.meta.dirname, 'sample')
let folder
let said

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'misskey-source-'))
  await mkdir(join(folder, 'context'))
  said = []
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const file = JSON.parse(await readFile(join(import.meta.dirname, 'image.json'), 'utf8'))
const nodeVersion = '16.20.2'
const stage = (source, env = {}) =>
  stageSource(
    {
      dir: import.meta.dirname,
      context: join(folder, 'context'),
      env: { ...process.env, MISSKEY_SOURCE: source, ...env },
      file,
      log: text => said.push(text),
      run,
    },
    nodeVersion,
  )
const staged = async () => (await readdir(join(folder, 'context/source'))).sort()

/** A copy of the sample as it lies in the repository. */
async function tree() {
  const copy = join(folder, 'tree')
  await cp(sample, copy, { recursive: true, filter: path => !/\/(node_modules|built)$/.test(path) })
  return copy
}

/** The copy as a git repository with the pinned tag, at another commit than upstream's. */
async function repository() {
  const copy = await tree()
  const author = ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false']
  const git = (...args) => run('git', ['-C', copy, ...author, ...args])
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '--message', 'one')
  await git('tag', '12.119.2')
  return { copy, git }
}

/** Git finds this instead of upstream. */
async function upstreamIs(url) {
  await writeFile(
    join(folder, 'gitconfig'),
    `[url "${url}"]\n  insteadOf = https://github.com/misskey-dev/misskey.git\n`,
  )
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(folder, 'gitconfig'))
}

test('of a directory that has run, settings, data and what was built stay out', async () => {
  const copy = await tree()
  for (const name of ['.config', 'files', 'db', 'node_modules', 'built', 'packages/backend/built']) {
    await mkdir(join(copy, name), { recursive: true })
    await writeFile(join(copy, name, 'default.yml'), 'secret')
  }
  await stage(copy)
  expect(await staged()).toEqual(expect.arrayContaining(['.node-version', 'package.json', 'packages']))
  await expect(
    run('grep', ['-r', 'secret', '--include=default.yml', join(folder, 'context')]),
  ).rejects.toThrow()
})

test('a tree is labelled as what it is, wherever it lies', async () => {
  const copy = await tree()
  expect(await stage(copy)).toEqual({
    'org.opencontainers.image.title': 'Bluecore sample (not Misskey)',
    'org.opencontainers.image.version': '12.119.2',
    'org.opencontainers.image.licenses': 'MIT',
    'bluecore.stand-in-for': 'bluecore/misskey:12.119.2',
  })
  const scripts = { build: 'true' }
  await writeFile(
    join(copy, 'package.json'),
    JSON.stringify({ name: 'misskey', version: '12.119.1', scripts }),
  )
  expect(await stage(copy)).toEqual({
    'org.opencontainers.image.title': 'Misskey',
    'org.opencontainers.image.version': '12.119.1',
  })
})

test('a git URL is taken at its commit or tag, and its labels tell where it is from', async () => {
  const { copy, git } = await repository()
  const commit = (await git('rev-parse', 'HEAD')).stdout
  await git('commit', '--quiet', '--allow-empty', '--message', 'two')
  for (const reference of ['12.119.2', commit]) {
    expect(await stage(`file://${copy}#${reference}`)).toMatchObject({
      'org.opencontainers.image.source': `file://${copy}`,
      'org.opencontainers.image.revision': commit,
    })
    expect(await staged()).not.toContain('.git')
    await rm(join(folder, 'context/source'), { recursive: true })
  }
  await expect(stage(`file://${copy}#nosuch`)).rejects.toThrow(
    `download failed: the source (file://${copy} at nosuch): fatal: couldn't find remote ref nosuch. A mirror: MISSKEY_SOURCE=URL, or a directory; a proxy: HTTPS_PROXY`,
  )
})

test('without a choice it is the sample where upstream cannot be reached, and says so', async () => {
  await upstreamIs(`file://${folder}/nosuch`)
  const labels = await stage(undefined)
  expect(labels['org.opencontainers.image.title']).toBe('Bluecore sample (not Misskey)')
  expect(said).toEqual([
    'https://github.com/misskey-dev/misskey.git cannot be reached: building the sample, which is not Misskey (MISSKEY_SOURCE chooses)',
  ])
})

test('without a commit it must be the pinned one, from upstream or a mirror', async () => {
  const { copy, git } = await repository()
  await upstreamIs(`file://${copy}`)
  const commit = (await git('rev-parse', 'HEAD')).stdout
  for (const source of [undefined, `file://${copy}`]) {
    await expect(stage(source)).rejects.toThrow(
      `tag 12.119.2 is ${commit}, but a5a74f4434b179cdb1f97af98bf294c8b18de0e2 is pinned`,
    )
    await rm(join(folder, 'context/source'), { recursive: true })
  }
})

test('what is neither a directory nor an address is refused', async () => {
  await expect(stage(join(folder, 'nosuch'))).rejects.toThrow('is neither a directory nor a git URL')
})

test('a tree that is not laid out as Misskey 12 is refused with every reason', async () => {
  await mkdir(join(folder, 'empty'))
  await expect(stage(join(folder, 'empty'))).rejects.toThrow(
    'the source is not laid out as Misskey 12: it has no .node-version; it has no package.json; it has no yarn.lock; ' +
      'it has no packages/backend/package.json; it has no packages/backend/yarn.lock; it has no packages/backend/ormconfig.js; ' +
      'it has no packages/backend/migration',
  )

  const newer = await tree()
  await rm(join(newer, 'packages/sw/yarn.lock'))
  await writeFile(join(newer, 'pnpm-lock.yaml'), '')
  await writeFile(join(newer, '.node-version'), 'v18.13.0')
  await writeFile(join(newer, 'package.json'), '{"name": "misskey"}')
  await expect(stage(newer)).rejects.toThrow(
    'it has packages/sw, but no packages/sw/yarn.lock; it has pnpm-lock.yaml, as Misskey has from version 13 on; ' +
      'its .node-version is 18.13.0, and the image has Node.js 16.20.2; its package.json has no version; ' +
      'its package.json has no script "build"',
  )
  await writeFile(join(newer, 'package.json'), '{')
  await expect(stage(newer)).rejects.toThrow('its package.json is not JSON')
})

test('another registry is what Yarn asks, and what comes from git stays', async () => {
  const copy = await tree()
  await writeFile(join(copy, '.yarnrc'), 'network-timeout 600000\n')
  const lock = await readFile(join(copy, 'packages/backend/yarn.lock'), 'utf8')
  const lines = [
    'https://r.example.org/@a/b/-/b-1.0.0.tgz#1',
    'c/-/c-1.0.0.tgz#2',
    'git+https://g.example.org/d#3',
  ]
  await writeFile(join(copy, 'yarn.lock'), lines.map(line => `  resolved "${line}"\n`).join(''))
  await stage(copy, { MISSKEY_REGISTRY: 'https://npm.example.internal/mirror/' })
  const staged = path => readFile(join(folder, 'context/source', path), 'utf8')
  expect(await staged('yarn.lock')).toBe(
    '  resolved "https://npm.example.internal/mirror/@a/b/-/b-1.0.0.tgz#1"\n' +
      '  resolved "https://npm.example.internal/mirror/c/-/c-1.0.0.tgz#2"\n' +
      '  resolved "git+https://g.example.org/d#3"\n',
  )
  expect(await staged('.yarnrc')).toBe(
    'network-timeout 600000\n\nregistry "https://npm.example.internal/mirror/"\n',
  )
  const count = (text, of) => text.split(of).length
  const changed = await staged('packages/backend/yarn.lock')
  expect(count(changed, '"https://npm.example.internal/mirror/')).toBe(count(lock, '  resolved '))
  for (const [registry, problem] of [
    ['here', 'MISSKEY_REGISTRY: here is not an address like https://npm.example.internal/'],
    ['https://user:secret@npm.example.internal/', 'MISSKEY_REGISTRY must not hold a password'],
  ])
    await expect(stage(copy, { MISSKEY_REGISTRY: registry })).rejects.toThrow(problem)
})

test('a password in a URL is in no message', async () => {
  const secret = stage('http://user:secret@127.0.0.1:1/x.git').then(String, String)
  expect(await secret).toMatch(
    /^Error: download failed: the source \(http:\/\/127.0.0.1:1\/x.git at 12.119.2\): fatal: unable to access .*connect/,
  )
  expect(said.join() + (await secret)).not.toContain('secret')
})
