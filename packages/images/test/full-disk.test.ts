import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { buildImage } from '../src/build.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const description = (stage: object) =>
  JSON.stringify({
    base: { name: 'debian:bookworm' },
    stage,
    images: [{ name: 'bluecore-test/full', version: '1', title: 'A test', licenses: 'MIT' }],
  })
const big = '.'.repeat(1e6)
const hook = `import { writeFile } from 'node:fs/promises'
  export const stage = ({ cached }) => cached('big', [], folder => writeFile(folder + '/big', '.'.repeat(1e6)))`

test.each([
  ['the context', { 'image.json': description({ big: 'big' }), big, 'dist/x': '' }, 'dist'],
  ['the cache', { 'image.json': description({}), 'stage.mjs': hook, 'cache/x': '' }, 'cache'],
])(
  'a disk that is full while %s is written is reported in one line, with the free space',
  async (_, files, full) => {
    const dir = await temporaryFolder({ ...files, Dockerfile: 'ARG BASE\nFROM $BASE\n' })
    // A file system of 64 KiB there, visible only to this build.
    const script = 'mount -t tmpfs -o size=64k small "$1" && exec "$0" "$2" build .'
    const main = join(import.meta.dirname, '../dist/main.mjs')
    const { stderr, exitCode } = await execa(
      'unshare',
      ['--map-root-user', '--mount', 'sh', '-c', script, process.execPath, full, main],
      { cwd: dir, env: { XDG_CACHE_HOME: join(dir, 'cache') }, reject: false },
    )
    expect(stderr).toMatch(
      new RegExp(
        `^images: the disk is full \\(\\d+ MB left at ${dir}, \\d+ MB left at ${dir}/cache/bluecore\\): free some`,
        'm',
      ),
    )
    expect(exitCode).toBe(1)
  },
)

test('a full disk of the engine is reported, with a way to free space', async () => {
  // The engine gives /dev/shm 64 MB.
  const run = 'RUN dd if=/dev/zero of=/dev/shm/big bs=1M'
  const dir = await temporaryFolder({
    'image.json': description({}),
    Dockerfile: `ARG BASE\nFROM $BASE\n${run}\n`,
  })
  await expect(buildImage(dir)).rejects.toThrow(
    /^bluecore-test\/full:1 was not built\..*No space left on device.*\ndocker system df shows what takes the space/s,
  )
})
