import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { buildArguments, readImageFile } from './image-file.js'
import { ImagesError } from './images-error.js'

const base = { name: 'debian:bookworm' }
const image = { name: 'bluecore/x', version: '1.0', title: 'X', licenses: 'MIT' }

async function folderWith(content: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'image-file-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'image.json'), content)
  return dir
}

test('what is left out is empty', async () => {
  const dir = await folderWith(JSON.stringify({ base, images: [image] }))
  expect(await readImageFile(dir)).toEqual({
    base,
    versions: {},
    packages: {},
    stage: {},
    secrets: {},
    images: [{ ...image, args: {}, labels: {} }],
  })
})

test('every problem is named at once', async () => {
  const wrong = { ...image, name: 'Bluecore/X', version: '', standsInFor: 'library/x', size: 3 }
  const content = {
    base: { name: 'debian', digest: 'sha256:1' },
    versions: { 'no-word': '1' },
    packages: { apt: { run: ['libpq5', 'x; rm'] }, apk: {} },
    bases: [],
    images: [wrong],
  }
  const dir = await folderWith(JSON.stringify(content))
  const error = await readImageFile(dir).catch(reason => reason)
  expect(error).toBeInstanceOf(ImagesError)
  for (const problem of [
    `${dir}/image.json is wrong:`,
    'base.name: is not REPOSITORY:TAG',
    'base.digest: is not sha256: and 64 hexadecimal digits',
    'versions.no-word: ',
    'packages.apt.run.1: is not a package',
    'packages: Unrecognized key: "apk"',
    'images.0.name: is not a repository',
    'images.0.version: is not a tag',
    'images.0.standsInFor: is not REPOSITORY:TAG',
    'images.0: Unrecognized key: "size"',
    '(file): Unrecognized key: "bases"',
  ])
    expect(error.message).toContain(problem)
})

test('a file that is not JSON, and none at all', async () => {
  const dir = await folderWith('{ base: debian }')
  await expect(readImageFile(dir)).rejects.toThrow(`${dir}/image.json is not JSON: `)
  await expect(readImageFile(tmpdir())).rejects.toThrow('run this in a folder that describes an image')
})

test('versions and packages reach the Dockerfile as build arguments, sorted', async () => {
  const content = {
    base,
    versions: { NODE: '16.20.2' },
    packages: { apt: { run: ['zlib1g', 'libpq5'], build: [] }, yum: { build: ['gcc'] } },
    images: [{ ...image, args: { WHO: 'x' } }],
  }
  const file = await readImageFile(await folderWith(JSON.stringify(content)))
  expect(file.images.map(spec => buildArguments(file, spec))).toEqual([
    {
      VERSION: '1.0',
      NODE_VERSION: '16.20.2',
      APT_RUN: 'libpq5 zlib1g',
      APT_BUILD: '',
      YUM_BUILD: 'gcc',
      WHO: 'x',
    },
  ])
})
