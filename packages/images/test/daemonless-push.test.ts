import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { pushImages } from '../src/push.js'
import { parseRegistry } from '../src/registry/address.js'
import { openRegistry } from '../src/registry/registry.js'
import { attachSbom } from '../src/sbom.js'
import { startRegistry } from '../testing/registry.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

beforeAll(async () => void (await toolPath('syft')), 15 * 60_000)
afterEach(() => void vi.unstubAllEnvs())

test('without an engine, an image of buildah is pushed with its SBOM; a second push sends nothing', async () => {
  const dir = await temporaryFolder({ file: 'hello' })
  const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${dir}/storage"\nrunroot = "${dir}/run"\n`
  await writeFile(join(dir, 'storage.conf'), storage)
  vi.stubEnv('CONTAINERS_STORAGE_CONF', join(dir, 'storage.conf'))
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such/socket')
  const buildah = async (...args: string[]) => (await execa('buildah', args)).stdout
  const container = await buildah('from', 'scratch')
  await buildah('add', '--quiet', container, join(dir, 'file'))
  const id = `sha256:${await buildah('commit', '--quiet', '--rm', container, 'bluecore-test/small:1')}`

  const { address, dockerConfig, ask } = await startRegistry()
  const target = { registry: `${address}/team`, dockerConfig }
  const image = { id, tags: ['a/x:1'] }
  const [pushed] = await pushImages({ images: [image] }, target)
  expect(pushed).toMatchObject({ kept: false })
  expect((await ask(`team/a/x/manifests/${pushed?.descriptor.digest}`)).status).toBe(200)
  expect(await pushImages({ images: [image] }, target)).toMatchObject([{ kept: true }])
  const registry = openRegistry(parseRegistry(target.registry), { dockerConfig })
  if (pushed)
    expect(await attachSbom(registry, 'a/x', pushed.descriptor, { id, name: 'a/x', version: '1' })).toBe(true)
  const gone = { id: `sha256:${'0'.repeat(64)}`, tags: ['a/y:1'] }
  await expect(pushImages({ images: [gone] }, target)).rejects.toThrow(
    /a\/y:1: the engine no longer has sha256:0+/,
  )
  await buildah('rmi', '--all', '--force')
})
