// Anyone who builds a commit gets the same layers, whatever was installed and built on the machine before.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { readBuilt } from '../src/built.js'
import { root } from '../testing/command-line.js'
import { docker } from '../testing/docker.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const minutes = 60_000

/** Layers of every image that was built in a checkout, by name. */
async function layers(checkout: string): Promise<Record<string, string[]>> {
  const folders = readdirSync(join(checkout, 'docker'))
  const built = await Promise.all(folders.map(name => readBuilt(join(checkout, 'docker', name))))
  const found = built
    .flatMap(({ images }) => images)
    .map(async ({ name, id }) => {
      const text = await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', id)
      return [name, JSON.parse(text)] as const
    })
  return Object.fromEntries(await Promise.all(found))
}

test('a clone in another folder builds the same layers of every image', {
  timeout: 30 * minutes,
}, async () => {
  const { stdout: changes } = await execa('git', ['-C', root, 'status', '--porcelain'])
  expect(changes, 'a clone has only what is committed').toBe('')
  const clone = join(await temporaryFolder(), 'clone')
  await execa('git', ['clone', '--quiet', root, clone])
  const bin = join(root, 'node_modules/.bin')
  const inClone = { cwd: clone, stdout: 'ignore', env: { CI: 'true' } } as const
  await execa(join(bin, 'pnpm'), ['install', '--frozen-lockfile', '--prefer-offline'], inClone)
  await execa(join(bin, 'turbo'), ['run', 'build', '--filter', './docker/*'], inClone)
  const here = await layers(root)
  expect(Object.keys(here).length).toBeGreaterThanOrEqual(8)
  expect(await layers(clone)).toEqual(here)
})
