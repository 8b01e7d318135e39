import { expect, test } from 'vitest'
import { type ContainerOptions, container, volume } from './container.js'
import { temporaryFolder } from './temporary-folder.js'

/** A container that ends by itself: its input, and how it must end. */
export interface Exit extends ContainerOptions {
  title: string
  /** Folder → `uid:gid` of the new volume that is mounted there. */
  owners?: Record<string, string>
  /** Folder → files that are mounted there. */
  files?: Record<string, Record<string, string>>
  exitCode: number
  output: string | RegExp
}

/** One test for each case: the container ends with this exit code and has written this. */
export function testExits(image: string, cases: Exit[]): void {
  test.each(cases.map(one => [one.title, one] as const))(
    '%s', // $title would be quoted and cut
    async (_, { title, owners = {}, files = {}, mounts, exitCode, output, ...options }) => {
      const all = { ...mounts }
      for (const [folder, owner] of Object.entries(owners)) all[folder] = await volume(image, owner)
      for (const [folder, content] of Object.entries(files)) all[folder] = await temporaryFolder(content)
      const it = await container(image, { ...options, mounts: all })
      const end = await it.ended()
      const logs = await it.logs()
      expect(end, `${title}: ${logs}`).toEqual({ exitCode })
      expect(logs).toMatch(output)
    },
  )
}
