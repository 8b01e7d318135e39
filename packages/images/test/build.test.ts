import { randomUUID } from 'node:crypto'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildImage } from '../src/build.js'
import { readBuilt } from '../src/built.js'
import { ensureBase } from '../src/debootstrap.js'
import { docker, removeImagesAfterTest } from '../testing/docker.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const image = { name: 'bluecore-test/build', version: '1', title: 'A test', licenses: 'MIT' }
const imageFile = (changes: object = {}) =>
  JSON.stringify({ base: { name: 'debian:bookworm' }, images: [image], ...changes })
const inside = async (name: string, ...command: string[]) => await docker('run', '--rm', name, ...command)

test('stages, builds and labels; a second build comes from the cache', async () => {
  removeImagesAfterTest('bluecore-test/build:a', 'bluecore-test/build:b')
  const dir = await temporaryFolder({
    'image.json': imageFile({
      stage: { 'etc/hello': 'hello' },
      images: ['a', 'b'].map(name => ({
        ...image,
        version: name,
        standsInFor: `other/${name}:1`,
        args: { WHO: name },
      })),
    }),
    Dockerfile:
      'ARG BASE\nFROM $BASE\nARG WHO\nARG FROM_HOOK\nCOPY . /in\nRUN echo $WHO $FROM_HOOK >/who; date +%N >/when\n',
    hello: randomUUID(),
    'stage.mjs': `import { utimes, writeFile } from 'node:fs/promises'
        export async function stage({ dir, context, env, run }) {
          await run('cp', [dir + '/hello', context + '/copy'])
          return { args: { FROM_HOOK: env.WORD }, labels: { made: 'by hook' } }
        }`,
  })
  const env = { ...process.env, WORD: 'hook' }
  const built = await buildImage(dir, env)
  expect(built).toEqual(await readBuilt(dir))
  expect(built.images.map(({ tags }) => tags)).toEqual([
    ['bluecore-test/build:a', 'other/a:1'],
    ['bluecore-test/build:b', 'other/b:1'],
  ])
  expect(await inside('bluecore-test/build:b', 'cat', '/who')).toBe('b hook')
  expect(await inside('bluecore-test/build:a', 'cmp', '/in/etc/hello', '/in/copy')).toBe('')
  const [seen] = JSON.parse(await docker('image', 'inspect', 'bluecore-test/build:a'))
  expect(seen).toMatchObject({ Id: built.images[0]?.id, Size: built.images[0]?.size })
  expect(seen.Config.Labels).toEqual({
    'org.opencontainers.image.title': 'A test',
    'org.opencontainers.image.version': 'a',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.base.name': 'debian:bookworm',
    'org.opencontainers.image.base.digest': seen.RootFS.Layers[0],
    'bluecore.stand-in-for': 'other/a:1',
    made: 'by hook',
  })
  expect(await buildImage(dir, env)).toEqual(built)
})

test('a secret is available during the build and not in the image; a missing one is left out', async () => {
  const dir = await temporaryFolder({
    'image.json': imageFile({ secrets: { known: '/etc/hostname', unknown: '/no/such/file' } }),
    Dockerfile:
      'ARG BASE\nFROM $BASE\nRUN --mount=type=secret,id=known --mount=type=secret,id=unknown ls /run/secrets >/seen\n',
  })
  removeImagesAfterTest('bluecore-test/build:1')
  await buildImage(dir)
  expect(await inside('bluecore-test/build:1', 'sh', '-c', 'cat /seen; ls -A /run/secrets')).toBe('known')
})

test('a failed build removes dist/image.json of an earlier one', async () => {
  const dir = await temporaryFolder({ 'image.json': imageFile(), Dockerfile: 'ARG BASE\nFROM $BASE\n' })
  removeImagesAfterTest('bluecore-test/build:1')
  await buildImage(dir)
  await writeFile(join(dir, 'Dockerfile'), 'ARG BASE\nFROM $BASE\nRUN echo reason; false\n')
  await expect(buildImage(dir)).rejects.toThrow(
    /^bluecore-test\/build:1 was not built\. The last lines of its build:\n.*\breason$.*exit code: 1$/ms,
  )
  await expect(readBuilt(dir)).rejects.toThrow('dist/image.json is missing: build the image first')
})

test.each([
  ['staged files', { stage: { a: 'no/a', b: 'no/b' } }, 'but missing: no/a, no/b'],
  [
    'a base',
    { base: { name: 'no-such.invalid/base:1' } },
    'the engine has no base image no-such.invalid/base:1 and cannot pull it',
  ],
])('missing %s are named', async (_, changes, message) => {
  const dir = await temporaryFolder({
    'image.json': imageFile(changes),
    Dockerfile: 'ARG BASE\nFROM $BASE\n',
  })
  await expect(buildImage(dir)).rejects.toThrow(message)
})

test('a base with a different digest than the pinned one is refused, with both digests', async () => {
  await docker('tag', await ensureBase('bookworm'), 'bluecore-test/pinned:1')
  const [{ Id }] = JSON.parse(await docker('image', 'inspect', 'bluecore-test/pinned:1'))
  const pinned = (digest: string) => imageFile({ base: { name: 'bluecore-test/pinned:1', digest } })
  const dir = await temporaryFolder({
    'image.json': pinned(`sha256:${'0'.repeat(64)}`),
    Dockerfile: 'ARG BASE\nFROM $BASE\n',
  })
  removeImagesAfterTest('bluecore-test/pinned:1', 'bluecore-test/build:1')
  await expect(buildImage(dir)).rejects.toThrow(
    `base bluecore-test/pinned:1 should be sha256:${'0'.repeat(64)}, but the engine's is ${Id}`,
  )
  await writeFile(join(dir, 'image.json'), pinned(Id))
  expect((await buildImage(dir)).images[0]?.base).toEqual({ name: 'bluecore-test/pinned:1', digest: Id })
})

test('a file with new content but the same size and date is sent to the engine again', async () => {
  const dir = await temporaryFolder({
    'image.json': imageFile(),
    Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY a /\n',
    'stage.mjs': `export const stage = ({ dir, context, run }) => run('cp', ['-p', dir + '/a', context])`,
  })
  removeImagesAfterTest('bluecore-test/build:1')
  for (const content of ['one', 'two']) {
    await writeFile(join(dir, 'a'), content)
    await utimes(join(dir, 'a'), 0, 0)
    await buildImage(dir)
    expect(await inside('bluecore-test/build:1', 'cat', '/a')).toBe(content)
  }
})
