import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { revision, sourceUrl } from './revision.js'

const workspace = {
  'pnpm-workspace.yaml': '',
  'pnpm-lock.yaml': '',
  'package.json': JSON.stringify({ repository: { url: 'https://example.org/images.git' } }),
  'image/package.json': JSON.stringify({
    devDependencies: {
      '@bluecore/images': 'workspace:*',
      '@bluecore/workspace': 'workspace:*',
      app: 'workspace:*',
    },
  }),
  'image/Dockerfile': '',
  'app/package.json': JSON.stringify({
    dependencies: { lib: 'workspace:*' },
    devDependencies: { tool: 'workspace:*' },
  }),
  'lib/package.json': '{}',
  'tool/package.json': '{}',
}

test.each([
  ['image/Dockerfile', 'changes'],
  ['lib/new.ts', 'changes'],
  ['pnpm-lock.yaml', 'changes'],
  ['tool/new.ts', 'stays'],
  ['elsewhere/README.md', 'stays'],
])('after a commit to %s the revision %s', async (path, what) => {
  const { root, write, git } = await repository()
  const image = join(root, 'image')
  const first = await git('rev-parse', 'HEAD')
  expect(await revision(image)).toBe(first)
  await write({ [path]: 'new' })
  expect(await revision(image)).toBe(what === 'changes' ? `${first}-dirty` : first)
  const second = await commit(git)
  expect(second).not.toBe(first)
  expect(await revision(image)).toBe(what === 'changes' ? second : first)
})

test('a folder that git does not know has none', async () => {
  const { root } = await repository()
  await rm(join(root, '.git'), { recursive: true })
  expect(await revision(join(root, 'image'))).toBeUndefined()
})

test('the source is what the package.json of the workspace says, or unknown', async () => {
  const { root, write } = await repository()
  expect(await sourceUrl(join(root, 'image'))).toBe('https://example.org/images.git')
  await write({ 'package.json': '{}' })
  expect(await sourceUrl(join(root, 'image'))).toBeUndefined()
})

type Git = (...args: string[]) => Promise<string>

async function repository() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'images-revision-')))
  onTestFinished(() => rm(root, { recursive: true }))
  const write = async (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), text)
    }
  }
  const identity = ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.org']
  const git: Git = async (...args) => (await execa('git', ['-C', root, ...identity, ...args])).stdout
  await write({ ...workspace, '.gitignore': 'node_modules\n' })
  for (const [from, to] of [
    ['image', 'app'],
    ['app', 'lib'],
    ['app', 'tool'],
  ] as const) {
    await mkdir(join(root, from, 'node_modules'), { recursive: true })
    await symlink(join(root, to), join(root, from, 'node_modules', to))
  }
  await git('init', '--quiet')
  await commit(git)
  return { root, write, git }
}

async function commit(git: Git): Promise<string> {
  await git('add', '--all')
  await git('commit', '--quiet', '--message', 'x')
  return await git('rev-parse', 'HEAD')
}
