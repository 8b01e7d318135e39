import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { readBuilt } from '../src/built.js'
import { images, root, signedPush, turbo } from '../testing/command-line.js'
import { startContainerd } from '../testing/containerd.js'
import { startRegistry } from '../testing/registry.js'

const minutes = 60_000

/** A command of each image's own program, and its output, by repository; the other images run on Node.js. */
const programs: Record<string, [program: string[], output: RegExp]> = {
  'bluecore/postgresql': [['postgres', '--version'], /PostgreSQL\) 10\.23/],
  'bluecore/redis': [['redis-server', '--version'], /Redis server v=7/],
  'bluecore/elasticsearch': [['bin/elasticsearch', '--version'], /Version: 7\.4\.2/],
}
const node: [string[], RegExp] = [['node', '--version'], /^v\d+\./]

beforeAll(async () => {
  await toolPath('syft')
  await toolPath('cosign')
}, 20 * minutes)

test(
  'turbo push brings everything into a registry with a password; each image runs from there, and from a bundle',
  async () => {
    const { address, dir, env } = await signedPush()
    await turbo(['build', '--filter=@bluecore/images', '--filter=./charts/*'])
    // --only: the images were built before, and other tests use them.
    const push = ['push', '--only', '--', '--stand-ins', '--sample']
    const first = await turbo(push, env)
    expect(first.all).toMatch(/charts\/bluecore:\S+@sha256:\S+ pushed, signed/)
    const again = await turbo(push, env)
    expect(again.all).not.toMatch(/@sha256:\S+ pushed|SBOM attached|, signed$/m)

    const built = (
      await Promise.all(readdirSync(join(root, 'docker')).map(name => readBuilt(join(root, 'docker', name))))
    ).flatMap(({ images }) => images)
    const node1 = await startContainerd()
    const verify = ['--key', join(dir, 'cosign.pub'), '--insecure-ignore-tlog=true', '--allow-http-registry']
    for (const { name, tags, digest } of built) {
      for (const tag of tags)
        expect(first.all).toContain(`${address}/blue/${tag}@${digest} pushed, SBOM attached, signed`)
      const image = `${address}/blue/${name}@${digest}`
      await execa(await toolPath('cosign'), ['verify', ...verify, image], { env })
      expect(JSON.parse((await images(['sbom', image], env)).stdout).packages.length).toBeGreaterThan(1)
      await node1.ctr('images', 'pull', '--plain-http', '--user', 'tester:secret', image)
      const [program, output] = programs[name] ?? node
      expect(await node1.run(image, ...program)).toMatch(output)
    }

    const bundle = join(dir, 'bluecore.tar')
    const from = ['--from', `${address}/blue`]
    const listed = JSON.parse((await images(['list', '--json', ...from], env)).stdout)
    await images(['bundle', bundle, ...from], env)
    const node2 = await startContainerd()
    await node2.ctr('images', 'import', bundle)
    const names = (await node2.ctr('images', 'ls', '--quiet')).split('\n')
    expect(names).toEqual(listed.map(({ name }: { name: string }) => name))
    for (const { name, digest } of listed) {
      const own = built.find(image => image.digest === digest)?.name ?? ''
      const [program, output] = programs[own] ?? node
      expect(await node2.run(name, ...program)).toMatch(output)
    }

    const closed = await startRegistry()
    const target = `${closed.address}/mirror`
    await images(['load', bundle, target], { DOCKER_CONFIG: closed.dockerConfig })
    const there = await images(['list', '--json', '--from', target], { DOCKER_CONFIG: closed.dockerConfig })
    expect(JSON.parse(there.stdout)).toEqual(listed)
    const chart = readFileSync(join(root, 'charts/umbrella/Chart.yaml'), 'utf8')
    const version = /^version: (\S+)/m.exec(chart)?.[1] ?? ''
    const login = ['--plain-http', '--registry-config', join(closed.dockerConfig, 'config.json')]
    const show = ['show', 'chart', `oci://${target}/charts/bluecore`, '--version', version, ...login]
    expect((await execa(await toolPath('helm'), show)).stdout).toContain(`version: ${version}`)
  },
  15 * minutes,
)
