import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { beforeAll, expect, test, vi } from 'vitest'
import { pushImages } from '../src/push.js'
import { parseRegistry } from '../src/registry/address.js'
import { openRegistry } from '../src/registry/client.js'
import { attach, attachments } from '../src/registry/referrers.js'
import { attachSbom, findSbom } from '../src/sbom.js'
import { sign } from '../src/sign.js'
import { startRegistry } from '../testing/registry.js'
import { smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

beforeAll(async () => {
  await Promise.all([toolPath('syft'), toolPath('cosign')])
}, 20 * 60_000)

async function pushed() {
  const { address, dockerConfig, ...rest } = await startRegistry()
  const image = await smallImage(1, 'team/x:1')
  const [first] = await pushImages({ images: [image] }, { registry: address, dockerConfig })
  if (!first) throw new Error('nothing was pushed')
  const registry = await openRegistry(parseRegistry(address), dockerConfig)
  return { ...rest, address, dockerConfig, registry, image, descriptor: first.descriptor }
}

test('an SBOM is attached to its image once, and found by the image’s name', async () => {
  const { address, dockerConfig, registry, image, descriptor } = await pushed()
  expect(await attachSbom(registry, 'team/x', descriptor, image.id)).toBe(true)
  expect(await attachSbom(registry, 'team/x', descriptor, image.id)).toBe(false)
  vi.stubEnv('DOCKER_CONFIG', dockerConfig)
  try {
    const byTag = await findSbom(`${address}/team/x:1`)
    expect(JSON.parse(byTag.toString())).toMatchObject({
      spdxVersion: 'SPDX-2.3',
      packages: expect.anything(),
    })
    expect(await findSbom(`${address}/team/x@${descriptor.digest}`)).toEqual(byTag)
    expect(await findSbom(`${address}/team/x:1@${descriptor.digest}`)).toEqual(byTag)
    await expect(findSbom(`${address}/team/x:2`)).rejects.toThrow(/the registry has no 127\S+\/x:2/)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('attachments of several types are listed separately, in a registry without the referrers API', async () => {
  const { registry, descriptor } = await pushed()
  for (const kind of ['a', 'b', 'a']) {
    await attach(registry, 'team/x', descriptor, {
      artifactType: `test/${kind}`,
      mediaType: 'text/plain',
      bytes: Buffer.from(kind),
    })
  }
  expect(await registry.referrers('team/x', descriptor.digest)).toBeUndefined()
  expect(await attachments(registry, 'team/x', descriptor.digest, 'test/a')).toHaveLength(1)
  expect(await attachments(registry, 'team/x', descriptor.digest, 'test/b')).toHaveLength(1)
})

test('an image is signed once with a key, and cosign verifies it; a wrong password is reported', async () => {
  const { address, dockerConfig, descriptor } = await pushed()
  const name = `${address}/team/x@${descriptor.digest}`
  const dir = await temporaryFolder()
  vi.stubEnv('COSIGN_PASSWORD', 'of the key')
  try {
    const cosign = await toolPath('cosign')
    await execa(cosign, ['generate-key-pair'], { cwd: dir })
    const signing = { key: join(dir, 'cosign.key'), dockerConfig, plain: true }
    expect(await sign([name], signing)).toEqual([name])
    expect(await sign([name], signing)).toEqual([])
    vi.stubEnv('THE_KEY', await readFile(signing.key, 'utf8'))
    expect(await sign([name], { ...signing, key: 'env://THE_KEY' })).toEqual([])
    const verify = [
      'verify',
      '--key',
      join(dir, 'cosign.pub'),
      '--insecure-ignore-tlog=true',
      '--allow-http-registry',
    ]
    const { stdout } = await execa(cosign, [...verify, name], { env: { DOCKER_CONFIG: dockerConfig } })
    expect(JSON.parse(stdout)[0].critical.image['docker-manifest-digest']).toBe(descriptor.digest)

    vi.stubEnv('COSIGN_PASSWORD', 'another')
    await expect(sign([name], signing)).rejects.toThrow(
      /^the key \S+\/cosign\.key cannot be read: .*\nIts password is taken from COSIGN_PASSWORD\.$/s,
    )
  } finally {
    vi.unstubAllEnvs()
  }
})
