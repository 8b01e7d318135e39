import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toolPath } from '@bluecore/kube-tools'
import { execa } from 'execa'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { pushImages } from '../src/push.js'
import { parseRegistry } from '../src/registry/address.js'
import { openRegistry } from '../src/registry/registry.js'
import { attachSbom, findSbom } from '../src/sbom.js'
import { sign } from '../src/sign.js'
import { startRegistry } from '../testing/registry.js'
import { imageOf } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

beforeAll(async () => {
  await Promise.all([toolPath('syft'), toolPath('cosign')])
}, 20 * 60_000)

async function pushed(files: Record<string, string> = {}) {
  const { address, dockerConfig, ...rest } = await startRegistry()
  const image = await imageOf({ file: randomUUID(), ...files }, 'team/x:1')
  const [first] = await pushImages({ images: [image] }, { registry: address, dockerConfig })
  if (!first) throw new Error('nothing was pushed')
  const registry = openRegistry(parseRegistry(address), { dockerConfig })
  return { ...rest, address, dockerConfig, registry, image, descriptor: first.descriptor }
}

test('an SBOM is attached to its image once, and found by the image’s name', async () => {
  const { address, dockerConfig, registry, image, descriptor } = await pushed()
  const subject = { id: image.id, name: 'team/x', version: '1' }
  expect(await attachSbom(registry, 'team/x', descriptor, subject)).toBe(true)
  expect(await attachSbom(registry, 'team/x', descriptor, subject)).toBe(false)
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

test('an SBOM names its image, the digest in the registry, and what the image says of its own content', async () => {
  const components = [{ type: 'library', name: 'bundled', version: '1.2.3', purl: 'pkg:npm/bundled@1.2.3' }]
  const file = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components })
  const { registry, image, descriptor } = await pushed({ 'usr/share/sbom/app.cdx.json': file })
  await attachSbom(registry, 'team/x', descriptor, { id: image.id, name: 'team/x', version: '1' })
  const [attachment] = await registry.attachments('team/x', descriptor.digest, 'application/spdx+json')
  if (!attachment) throw new Error('no SBOM')
  const { packages } = JSON.parse((await registry.attachedFile('team/x', attachment)).toString())
  expect(packages).toContainEqual(expect.objectContaining({ name: 'bundled', versionInfo: '1.2.3' }))
  const own = packages.find(({ name }: { name: string }) => name === 'team/x')
  expect(JSON.stringify(own)).toContain(descriptor.digest.slice(7))
  expect(own.versionInfo).toBe('1')
})

test('a full TMPDIR is reported', async () => {
  const { registry, image, descriptor } = await pushed()
  const disk = await temporaryFolder()
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', disk])
  onTestFinished(async () => void (await execa('umount', ['--lazy', disk])))
  vi.stubEnv('TMPDIR', disk)
  try {
    const attach = attachSbom(registry, 'team/x', descriptor, { id: image.id, name: 'team/x', version: '1' })
    await expect(attach).rejects.toThrow(`the disk of ${disk} is full: free some, or set TMPDIR`)
  } finally {
    vi.unstubAllEnvs()
  }
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
