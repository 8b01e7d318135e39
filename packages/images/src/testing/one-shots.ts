import { expect, test } from 'vitest'
import { type ContainerOptions, container, volume } from '../testing.js'
import { files } from './files.js'

/** A container that ends by itself: what it is given, and how it must end. */
export interface OneShot extends ContainerOptions {
  title: string
  /** Folder → `uid:gid` of the new volume that is mounted there. */
  owners?: Record<string, string>
  /** Folder → files that are mounted there. */
  files?: Record<string, Record<string, string>>
  ends: number
  says: string | RegExp
}

/** One test for each case: the container ends with this code and has said this. */
export function oneShots(image: string, cases: OneShot[]): void {
  test.each(cases.map(one => [one.title, one] as const))('%s', async (_, one) => {
    const { owners = {}, files: folders = {}, mounts, ends, says, ...options } = one
    const all = { ...mounts }
    for (const [folder, owner] of Object.entries(owners)) all[folder] = await volume(image, owner)
    for (const [folder, content] of Object.entries(folders)) all[folder] = await files(content)
    const it = await container(image, { ...options, mounts: all })
    const end = await it.ended()
    const logs = await it.logs()
    expect(end, logs).toEqual({ exitCode: ends })
    expect(logs).toMatch(says)
  })
}
