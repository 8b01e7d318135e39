import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Pushable } from '../src/push.js'
import { docker, removeImagesAfterTest } from './docker.js'
import { temporaryFolder } from './temporary-folder.js'

/**
 * Images of the engine with the same file and these settings, in the words of a Dockerfile; gone when the test ends.
 * @returns their ids
 */
export async function sameFile(...settings: string[]): Promise<string[]> {
  const dir = await temporaryFolder({ file: 'the same' })
  const archive = join(dir, 'image.tar')
  await execa('tar', ['-C', dir, '-cf', archive, 'file'])
  const ids: string[] = []
  for (const setting of settings) ids.push(await imported(archive, setting))
  return ids
}

/**
 * An image of the engine that holds one file with as many random bytes; gone when the test ends.
 * @param tags what it is called in a registry
 */
export async function smallImage(bytes: number, ...tags: string[]): Promise<Pushable> {
  return await imageOf({ file: randomBytes(bytes) }, ...tags)
}

/**
 * An image of the engine that holds these files; gone when the test ends.
 * @param files path → content
 * @param tags what it is called in a registry
 */
export async function imageOf(files: Record<string, string | Buffer>, ...tags: string[]): Promise<Pushable> {
  const dir = await temporaryFolder(files)
  const archive = join(await temporaryFolder(), 'image.tar')
  await execa('tar', ['-C', dir, '-cf', archive, '.'])
  return { id: await imported(archive), tags }
}

/** @returns its id */
async function imported(archive: string, ...changes: string[]): Promise<string> {
  const name = `bluecore-test/small:${randomUUID()}`
  await docker('import', ...changes.flatMap(change => ['--change', change]), archive, name)
  removeImagesAfterTest(name)
  return await docker('image', 'inspect', '--format', '{{.Id}}', name)
}
