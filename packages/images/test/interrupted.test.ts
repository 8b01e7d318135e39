// What an interruption leaves behind, and what two pushes at once do to each other.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import { pushImages } from '../src/push.js'
import { docker, removeImagesAfterTest } from '../testing/docker.js'
import { startProxy } from '../testing/proxy.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const main = join(import.meta.dirname, '../dist/main.mjs')

test('an interrupted push removes its temporary files', async () => {
  let began = false
  const { address, dockerConfig } = await startProxy(await startRegistry(), {
    answer({ method, headers }) {
      // Not the two bytes that find out whether a push is allowed.
      began ||= (method === 'PUT' || method === 'PATCH') && Number(headers['content-length']) > 2
      return began // never answered
    },
  })
  const { id, tags } = await smallImage(1_024, 'x:1')
  const built = { images: [{ name: 'x', version: '1', tags, id, size: 1, base: { name: 'a:1' } }] }
  const dir = await temporaryFolder({ 'dist/image.json': JSON.stringify(built), 'tmp/.keep': '' })
  const push = execa(process.execPath, [main, 'push', '--no-sbom', '--registry', address], {
    cwd: dir,
    env: { TMPDIR: join(dir, 'tmp'), DOCKER_CONFIG: dockerConfig },
    reject: false,
  })
  await vi.waitFor(() => expect(began).toBe(true), { timeout: 20_000 })
  expect(await readdir(join(dir, 'tmp'))).toHaveLength(2)
  push.kill('SIGINT')
  expect((await push).exitCode).toBe(130)
  expect(await readdir(join(dir, 'tmp'))).toEqual(['.keep'])
})

test('an interrupted build removes the name that its base had', async () => {
  const dir = await temporaryFolder({
    'image.json': JSON.stringify({
      base: { name: 'debian:bookworm' },
      images: [{ name: 'bluecore-test/interrupted', version: '1', title: 'A test', licenses: 'MIT' }],
    }),
    Dockerfile: 'ARG BASE\nFROM $BASE\nRUN sleep 600\n',
  })
  const build = execa(process.execPath, [main, 'build'], { cwd: dir, reject: false })
  let said = ''
  build.stderr.on('data', chunk => {
    said += chunk
  })
  await vi.waitFor(() => expect(said).toContain('RUN sleep'), { timeout: 60_000 })
  const [name = ''] = /bluecore\/building:[\w-]+/.exec(said) ?? []
  await docker('image', 'inspect', name)
  build.kill('SIGTERM')
  expect((await build).exitCode).toBe(143)
  await expect(docker('image', 'inspect', name)).rejects.toThrow(/No such image/)
})

test('two pushes of one image at once both succeed, and a name of the user’s own stays in the engine', async () => {
  const { address: registry, dockerConfig } = await startRegistry()
  const image = await smallImage(1_024, 'x:1')
  const own = `${registry}/x:1`
  await docker('tag', image.id, own)
  removeImagesAfterTest(own)
  const push = () => pushImages({ images: [image] }, { registry, dockerConfig })
  const [first, second] = await Promise.all([push(), push()])
  expect(first[0]?.descriptor).toEqual(second[0]?.descriptor)
  expect(await docker('image', 'inspect', '--format', '{{.Id}}', own)).toBe(image.id)
})
