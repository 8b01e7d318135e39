// regctl repeats a failed upload for half a minute.
import { execa } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { pushImages } from '../src/push.js'
import { startProxy } from '../testing/proxy.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const kilobyte = 1_024
const megabyte = 1_024 * kilobyte

test('a registry that stops during a push: only what it has is reported as pushed, and the next push completes it', async () => {
  const { address: registry, dockerConfig, storage, kill, start, ask } = await startRegistry()
  const small = await smallImage(kilobyte, 'small:1')
  const big = await smallImage(200 * megabyte, 'big:1')
  const push = pushImages({ images: [small, big] }, { registry, dockerConfig })
  const failed = expect(push).rejects.toThrow(
    /^not pushed:\n {2}127\S+\/big:1: .*\nIn the registry: 127\S+\/small:1\. Run it again/s,
  )
  await execa('sh', ['-c', `until [ "$(du -sm "$1" | cut -f1)" -ge 20 ]; do sleep 0.02; done`, 'sh', storage])
  await kill()
  await failed
  await start()
  expect((await ask('big/manifests/1')).status).toBe(404)
  const again = await pushImages({ images: [small, big] }, { registry, dockerConfig })
  expect(again.map(({ kept }) => kept)).toEqual([true, false])
})

test('a registry whose disk is full', async () => {
  const disk = await temporaryFolder()
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk])
  onTestFinished(async () => void (await execa('umount', ['--lazy', disk])))
  const { address: registry, dockerConfig, ask } = await startRegistry(disk)
  const push = pushImages({ images: [await smallImage(30 * megabyte, 'x:1')] }, { registry, dockerConfig })
  await expect(push).rejects.toThrow(
    /^not pushed:\n {2}127\S+\/x:1: .*Look at its log and at the free space of its storage\.\nIn the registry: nothing\./s,
  )
  expect((await ask('x/manifests/1')).status).toBe(404)
})

test('a connection that is cut during an upload', async () => {
  const { address, dockerConfig } = await startProxy(await startRegistry(), {
    answer(request, response) {
      // Not the two bytes that find out whether a push is allowed.
      if (!(Number(request.headers['content-length']) > 2)) return false
      return request.once('data', () => response.destroy())
    },
  })
  const push = pushImages(
    { images: [await smallImage(kilobyte, 'x:1')] },
    { registry: address, dockerConfig },
  )
  await expect(push).rejects.toThrow(
    /^not pushed:\n {2}\S+\/x:1: the registry \S+ does not answer: .*\nIn the registry: nothing\./,
  )
})
