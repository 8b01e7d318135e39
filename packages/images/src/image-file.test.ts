import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readImageFile } from './image-file.js'
import { ImagesError } from './images-error.js'

const image = { name: 'bluecore/x', version: '1.0', title: 'X', licenses: 'MIT' }

async function folderWith(content: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'image-file-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, 'image.json'), content)
  return dir
}

test('what is left out is empty', async () => {
  const dir = await folderWith(JSON.stringify({ base: 'debian:bookworm', images: [image] }))
  expect(await readImageFile(dir)).toEqual({
    base: 'debian:bookworm',
    stage: {},
    secrets: {},
    images: [{ ...image, also: [], args: {}, labels: {} }],
  })
})

test('every problem is named at once', async () => {
  const wrong = { ...image, name: 'Bluecore/X', version: '', also: ['library/x'], size: 3 }
  const dir = await folderWith(JSON.stringify({ bases: 'debian:bookworm', images: [wrong] }))
  const error = await readImageFile(dir).catch(reason => reason)
  expect(error).toBeInstanceOf(ImagesError)
  for (const problem of [
    `${dir}/image.json is wrong:`,
    'base: Invalid input',
    'images.0.name: is not a repository',
    'images.0.version: is not a tag',
    'images.0.also.0: is not REPOSITORY:TAG',
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
