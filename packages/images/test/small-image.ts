import { randomBytes, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { onTestFinished } from 'vitest'
import type { Pushable } from '../src/push.js'
import { client, folder } from './workshop.js'

/**
 * An image of the engine that holds one file with as many random bytes; gone when the test ends.
 * @param tags what it is called in a registry
 */
export async function smallImage(bytes: number, ...tags: string[]): Promise<Pushable> {
  const dir = await folder({})
  await writeFile(join(dir, 'file'), randomBytes(bytes))
  const name = `bluecore-test/small:${randomUUID()}`
  await execa('tar', ['-C', dir, '-cf', join(dir, 'image.tar'), 'file'])
  await client('import', join(dir, 'image.tar'), name)
  onTestFinished(async () => void (await client('image', 'rm', '--force', name)))
  return { id: await client('image', 'inspect', '--format', '{{.Id}}', name), tags }
}
