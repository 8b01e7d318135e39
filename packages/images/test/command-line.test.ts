import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { beforeAll, expect, test } from 'vitest'
import { readBuilt } from '../src/built.js'
import { images, root, signedPush, turbo } from '../testing/command-line.js'
import { startContainerd } from '../testing/containerd.js'

beforeAll(async () => void (await Promise.all([toolPath('syft'), toolPath('cosign')])), 20 * 60_000)

test('turbo push: an image is in a registry with a password, with SBOM and signature, and a node runs it', async () => {
  const { address, env } = await signedPush()
  await turbo(['build', '--filter=@bluecore/images'])
  // --only: the images were built before, and other tests use them.
  const push = ['push', '--only', '--filter=@bluecore/image-redis']
  const first = await turbo(push, env)
  const again = await turbo(push, env)
  const { images: built } = await readBuilt(join(root, 'docker/redis'))
  const { name, tags, digest } = built[0] ?? { name: 'none', tags: [] }
  for (const tag of tags) {
    expect(first.all).toContain(`${address}/blue/${tag}@${digest} pushed, SBOM attached, signed`)
    expect(again.all).toContain(
      `${address}/blue/${tag}@${digest} there already, SBOM there already, signed already`,
    )
  }
  expect(tags).toHaveLength(2)
  const image = `${address}/blue/${name}@${digest}`
  expect(JSON.parse((await images(['sbom', image], env)).stdout).packages.length).toBeGreaterThan(1)
  const { ctr, run } = await startContainerd()
  await ctr('images', 'pull', '--plain-http', '--user', 'tester:secret', image)
  expect(await run(image, 'redis-server', '--version')).toMatch(/Redis server v=7/)
})
