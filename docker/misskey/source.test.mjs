import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
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

const stage = source =>
  stageSource({
    dir: import.meta.dirname,
    context: join(folder, 'context'),
    env: { ...process.env, MISSKEY_SOURCE: source },
    log: text => said.push(text),
    run,
  })
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
  })
  await writeFile(join(copy, 'package.json'), JSON.stringify({ name: 'misskey', version: '12.119.1' }))
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
  await expect(stage(`file://${copy}#nosuch`)).rejects.toThrow(/git fetch failed for file:.* at nosuch/)
})

test('without a choice it is the sample where upstream cannot be reached, and says so', async () => {
  await upstreamIs(`file://${folder}/nosuch`)
  const labels = await stage(undefined)
  expect(labels['org.opencontainers.image.title']).toBe('Bluecore sample (not Misskey)')
  expect(said).toEqual([
    'https://github.com/misskey-dev/misskey.git cannot be reached: building the sample, which is not Misskey (MISSKEY_SOURCE chooses)',
  ])
})

test('without a choice a tag that was moved is refused', async () => {
  const { copy, git } = await repository()
  await upstreamIs(`file://${copy}`)
  const commit = (await git('rev-parse', 'HEAD')).stdout
  await expect(stage(undefined)).rejects.toThrow(
    `tag 12.119.2 is ${commit}, but a5a74f4434b179cdb1f97af98bf294c8b18de0e2 is pinned`,
  )
})

test('what cannot be built is refused with its reason', async () => {
  await expect(stage(join(folder, 'nosuch'))).rejects.toThrow('is neither a directory nor a git URL')
  await mkdir(join(folder, 'empty'))
  await expect(stage(join(folder, 'empty'))).rejects.toThrow(
    'the source is not laid out as Misskey 12: it has no package.json, yarn.lock, packages/backend/package.json, packages/backend/yarn.lock',
  )
})

test('a password in a URL is in no message', async () => {
  const secret = stage('http://user:secret@127.0.0.1:1/x.git').then(String, String)
  expect(await secret).toContain('git fetch failed for http://127.0.0.1:1/x.git')
  expect(said.join()).not.toContain('secret')
})
