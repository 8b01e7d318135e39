import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { readBuilt } from '../src/built.js'
import { images, root, signedPush, turbo } from '../testing/command-line.js'
import { startContainerd } from '../testing/containerd.js'
import { startRegistry } from '../testing/registry.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

beforeAll(async () => void (await Promise.all([toolPath('syft'), toolPath('cosign')])), 20 * 60_000)

test('turbo push: an image is in a registry with a password, with SBOM and signature, and a node runs it', async () => {
  const { address, env } = await signedPush()
  await turbo(['build', '--filter=@bluecore/images'])
  // --only: the images were built before, and other tests use them.
  const push = ['push', '--only', '--filter=@bluecore/image-redis', '--', '--stand-ins']
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

test('turbo push --dry-run: with the login of a helper that reads the cloud’s variables; nothing is sent', async () => {
  const { address, ask } = await startRegistry()
  const folder = await temporaryFolder({
    'config.json': JSON.stringify({ credHelpers: { [address]: 'test' } }),
    'docker-credential-test': `#!/bin/sh\n[ "$AWS_PROFILE" = home ] && echo '{"Username":"tester","Secret":"secret"}'\n`,
  })
  await chmod(join(folder, 'docker-credential-test'), 0o755)
  const env = {
    BLUECORE_REGISTRY: `${address}/blue`,
    DOCKER_CONFIG: folder,
    AWS_PROFILE: 'home',
    PATH: `${folder}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  }
  await turbo(['build', '--filter=@bluecore/images'])
  const push = ['push', '--only', '--filter=@bluecore/image-redis', '--', '--dry-run']
  expect((await turbo(push, env)).all).toContain(
    'not pushed: bluecore/redis:7, a stand-in for library/redis:7',
  )
  const { all } = await turbo([...push, '--stand-ins'], env)
  for (const tag of ['bluecore/redis:7', 'library/redis:7'])
    expect(all).toMatch(new RegExp(`${address}/blue/${tag}: no such tag -> sha256:`))
  expect(await (await ask('_catalog')).json()).toEqual({ repositories: [] })
})

test('a dist/ of another user is one line', async () => {
  const dir = await temporaryFolder({ 'image.json': '{}', 'dist/image.json': '{}' })
  await chmod(join(dir, 'dist'), 0o700)
  const main = join(root, 'packages/images/dist/main.mjs')
  const push = [process.execPath, main, 'push', dir, '--registry', '127.0.0.1:1']
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups']
  const { stderr, exitCode } = await execa('setpriv', [...nobody, ...push], { cwd: '/', reject: false })
  expect(stderr).toBe(`images: EACCES: permission denied, open '${dir}/dist/image.json'`)
  expect(exitCode).toBe(1)
})
