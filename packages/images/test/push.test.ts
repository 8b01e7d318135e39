import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { buildImage } from '../src/build.js'
import { pushImages } from '../src/push.js'
import { container } from '../src/testing.js'
import { client, folder } from './workshop.js'

const password = Buffer.from('tester:secret').toString('base64')

test('pushes under every name, with the password of a folder, and again to the same digest', async () => {
  const dir = await folder(join(import.meta.dirname, 'fixtures/registry'), 'bluecore-test/registry:1')
  const { images } = await buildImage(dir)
  const server = await container('bluecore-test/registry:1', { tmpfs: ['/data'], port: 5000 })
  const registry = await server.address()
  const ask = async (path: string) => {
    const answer = await fetch(`http://${registry}/v2/${path}`, {
      headers: { authorization: `Basic ${password}` },
      signal: AbortSignal.timeout(3_000), // the engine's port proxy may take a connection and never answer it
    })
    return { status: answer.status, digest: answer.headers.get('docker-content-digest') }
  }
  await vi.waitFor(async () => expect((await ask('')).status).toBe(200), { timeout: 30_000 })

  const built = { images: images.map(image => ({ ...image, tags: ['bluecore/x:1', 'library/y:2'] })) }
  const auths = { [registry]: { auth: password } }
  const dockerConfig = await folder({ 'config.json': JSON.stringify({ auths }) })
  await expect(pushImages(built, { registry, dockerConfig: dir })).rejects.toThrow(
    /bluecore\/x:1 was not pushed: .*no basic auth credentials/s,
  )
  const pushed = await pushImages(built, { registry, dockerConfig })
  expect(pushed.map(({ name }) => name)).toEqual([`${registry}/bluecore/x:1`, `${registry}/library/y:2`])
  expect((await ask('library/y/manifests/2')).digest).toBeTruthy()
  expect(await pushImages(built, { registry, dockerConfig })).toEqual(pushed)
  expect(await client('image', 'ls', '--quiet', `${registry}/*/*`)).toBe('')
})
