import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { findTool } from '../src/find-tool.js'
import { publish } from '../src/publish.js'
import { type Pushable, planImages, pushImages } from '../src/push.js'
import { docker } from '../testing/docker.js'
import { startRegistry } from '../testing/registry.js'
import { sameFile, smallImage } from '../testing/small-image.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const kilobyte = 1_024

test('pushes under every name and returns the registry’s digests; a second push sends nothing', async () => {
  const { address, dockerConfig, ask } = await startRegistry()
  const image = await smallImage(kilobyte, 'bluecore/x:1', 'library/y:2')
  const target = { registry: `${address}/team/blue`, dockerConfig }
  const pushed = await pushImages({ images: [image] }, target)
  const names = [`${address}/team/blue/bluecore/x:1`, `${address}/team/blue/library/y:2`]
  expect(pushed.map(({ name, kept }) => ({ name, kept }))).toEqual(names.map(name => ({ name, kept: false })))
  const answer = await ask('team/blue/library/y/manifests/2')
  const digest = answer.headers.get('docker-content-digest')
  expect(pushed.map(({ descriptor }) => descriptor.digest)).toEqual([digest, digest])
  expect(await pushImages({ images: [image] }, target)).toEqual(
    pushed.map(image => ({ ...image, kept: true })),
  )
  expect(await docker('image', 'ls', '--quiet', `${address}/*/*/*/*`)).toBe('')
})

test('a tag that points to a different image is refused before anything is sent, and moved with --move', async () => {
  const { address: registry, dockerConfig, ask } = await startRegistry()
  const [first, second] = [
    await smallImage(kilobyte, 'x:1', 'x:latest', 'y:1'),
    await smallImage(kilobyte, 'x:1', 'x:latest', 'y:1', 'z:1'),
  ]
  await pushImages({ images: [first] }, { registry, dockerConfig })
  const refused = pushImages({ images: [second] }, { registry, dockerConfig })
  await expect(refused).rejects.toThrow(
    /^nothing was pushed:\n {2}\S+\/x:1 already points to a different image \(sha256:.*pass --move\.\n {2}\S+\/y:1 already points/,
  )
  expect((await ask('z/manifests/1')).status).toBe(404)
  const moved = await pushImages({ images: [second] }, { registry, dockerConfig, move: true })
  expect(moved.map(({ kept }) => kept)).toEqual([false, false, false, false])
  const back = await pushImages({ images: [{ ...first, tags: ['x:latest'] }] }, { registry, dockerConfig })
  expect(back).toMatchObject([{ kept: false, from: moved[1]?.descriptor.digest }])
})

test('a stand-in takes the name of an official image only where nothing or another stand-in has it', async () => {
  const { address: registry, dockerConfig, ask } = await startRegistry()
  const target = { registry, dockerConfig }
  const official = await smallImage(kilobyte, 'library/x:1')
  const label = 'LABEL bluecore.stand-in-for=library/x:1'
  const standIns = (await sameFile(label, `${label} a=b`)).map(id => ({
    id,
    tags: ['bluecore/x:1', 'library/x:1'],
    standsInFor: 'library/x:1',
  }))
  const [older, newer] = standIns as [Pushable, Pushable]
  const [genuine] = await pushImages({ images: [official] }, target)
  for (const move of [false, true]) {
    await expect(pushImages({ images: [older] }, { ...target, move })).rejects.toThrow(
      /^nothing was pushed:\n {2}\S+\/library\/x:1 already points to a different image \(sha256:\w+\), which is not a stand-in of ours/,
    )
  }
  expect((await ask('bluecore/x/manifests/1')).status).toBe(404)

  await ask(`library/x/manifests/${genuine?.descriptor.digest}`, 'DELETE')
  await pushImages({ images: [older] }, target)
  const pushed = await pushImages({ images: [newer] }, target)
  expect(pushed.map(({ kept }) => kept)).toEqual([false, false])
  expect(await pushImages({ images: [official] }, target)).toMatchObject([
    { kept: false, from: pushed[1]?.descriptor.digest },
  ])
})

test('a plan says what each tag points to and would point to, and sends nothing', async () => {
  const { address: registry, dockerConfig, ask } = await startRegistry()
  const target = { registry, dockerConfig }
  const [first, second] = [await smallImage(kilobyte, 'x:1'), await smallImage(kilobyte, 'x:1', 'y:1')]
  const [pushed] = await pushImages({ images: [first] }, target)
  const from = pushed?.descriptor.digest
  expect(await planImages({ images: [second] }, { ...target, move: true })).toEqual([
    { id: second.id, name: `${registry}/x:1`, repository: 'x', tag: '1', from },
    { id: second.id, name: `${registry}/y:1`, repository: 'y', tag: '1' },
  ])
  await expect(planImages({ images: [second] }, target)).rejects.toThrow(
    'already points to a different image',
  )
  expect((await ask('y/manifests/1')).status).toBe(404)
  expect((await ask('x/manifests/1')).headers.get('docker-content-digest')).toBe(from)
})

test('the same layers and settings are the same image, whatever the date and commit of the build', async () => {
  const { address: registry, dockerConfig } = await startRegistry()
  const commit = (name: string) => `LABEL org.opencontainers.image.revision=${name}`
  const ids = await sameFile(commit('a'), commit('b'), 'LABEL title=another', 'CMD ["another"]')
  const push = (id = '') => pushImages({ images: [{ id, tags: ['x:1'] }] }, { registry, dockerConfig })
  const [first] = await push(ids[0])
  expect(await push(ids[1])).toEqual([{ ...first, id: ids[1], kept: true }])
  for (const id of ids.slice(2)) await expect(push(id)).rejects.toThrow('already points to a different image')
})

test.each([
  ['no login', {}, /wants a login, and \S+\/config.json has none for it: docker login 127/],
  [
    'a wrong password',
    { auth: Buffer.from('tester:wrong').toString('base64') },
    /refuses the login of \S+\/config.json: docker login 127/,
  ],
])('%s', async (_, login, message) => {
  const { address: registry } = await startRegistry()
  const dockerConfig = await temporaryFolder({
    'config.json': JSON.stringify({ auths: { [registry]: login } }),
  })
  const error = await pushImages({ images: [await smallImage(1, 'x:1')] }, { registry, dockerConfig }).catch(
    error => error,
  )
  expect(error.message).toMatch(message)
  expect(error.message).not.toContain('wrong')
})

test('a registry that does not answer', async () => {
  const { address: registry, dockerConfig, kill } = await startRegistry()
  await kill()
  const push = pushImages({ images: [await smallImage(1, 'x:1')] }, { registry, dockerConfig })
  await expect(push).rejects.toThrow(
    /^the registry 127\.0\.0\.1:\d+ does not answer: dial tcp .* connection refused\. Check its address and that it is up\.$/,
  )
})

test('a registry that serves a manifest with a different digest', async () => {
  const { address: registry, dockerConfig, storage } = await startRegistry()
  const image = await smallImage(kilobyte, 'x:1')
  const [pushed] = await pushImages({ images: [image] }, { registry, dockerConfig })
  const digest = pushed?.descriptor.digest ?? ''
  const path = join(storage, 'docker/registry/v2/blobs/sha256', digest.slice(7, 9), digest.slice(7), 'data')
  await writeFile(path, (await readFile(path, 'utf8')).replace('"size":', '"size": '))
  await expect(pushImages({ images: [image] }, { registry, dockerConfig })).rejects.toThrow(
    new RegExp(`serves sha256:\\w+ as ${digest}: its storage is damaged or was changed`),
  )
})

test('a layer that the registry has lost is sent again', async () => {
  const { address: registry, dockerConfig, storage, kill, start } = await startRegistry()
  const image = await smallImage(kilobyte, 'x:1')
  const [pushed] = await pushImages({ images: [image] }, { registry, dockerConfig })
  const { layers } = JSON.parse(await readFile(blobPath(storage, pushed?.descriptor.digest ?? ''), 'utf8'))
  await rm(blobPath(storage, layers[0].digest))
  await kill()
  await start()
  expect(await pushImages({ images: [image] }, { registry, dockerConfig })).toMatchObject([{ kept: false }])
  expect(await pushImages({ images: [image] }, { registry, dockerConfig })).toMatchObject([{ kept: true }])
})

test('without an engine nothing is sent, and images already in the registry need none', async () => {
  const { address: registry, dockerConfig } = await startRegistry()
  const image = await smallImage(kilobyte, 'x:1')
  await findTool('regctl', 'for this test')
  const path = process.env.PATH
  vi.stubEnv('PATH', '/nowhere')
  try {
    await expect(pushImages({ images: [image] }, { registry, dockerConfig })).rejects.toThrow(
      'no docker command on PATH: install docker.io, Docker or buildah',
    )
    vi.stubEnv('PATH', path)
    await pushImages({ images: [image] }, { registry, dockerConfig })
    vi.stubEnv('PATH', '/nowhere')
    expect(await pushImages({ images: [image] }, { registry, dockerConfig })).toMatchObject([{ kept: true }])
  } finally {
    vi.unstubAllEnvs()
  }
})

test('an image that was not built', async () => {
  const dir = await temporaryFolder({ 'image.json': '{}' })
  await expect(publish(dir, { registry: '127.0.0.1:1', sbom: false })).rejects.toThrow(
    `${dir}/dist/image.json is missing: build the image first`,
  )
})

test('an image that the engine has lost: only the other one is reported as pushed, and is not sent again', async () => {
  const { address: registry, dockerConfig } = await startRegistry()
  const lost = { id: `sha256:${'0'.repeat(64)}`, tags: ['lost:1'] }
  const small = await smallImage(kilobyte, 'small:1')
  await expect(pushImages({ images: [lost, small] }, { registry, dockerConfig })).rejects.toThrow(
    /^not pushed:\n {2}127\S+\/lost:1: the engine no longer has sha256:0+: build it again\nIn the registry: 127\S+\/small:1\. Run it again/,
  )
  expect(await pushImages({ images: [small] }, { registry, dockerConfig })).toMatchObject([{ kept: true }])
})

function blobPath(storage: string, digest: string): string {
  return join(storage, 'docker/registry/v2/blobs/sha256', digest.slice(7, 9), digest.slice(7), 'data')
}
