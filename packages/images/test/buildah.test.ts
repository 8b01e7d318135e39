import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, expect, test, vi } from 'vitest'
import { buildImage } from '../src/build.js'
import { ensureBase } from '../src/debootstrap.js'
import { docker } from '../testing/docker.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

afterEach(() => void vi.unstubAllEnvs())

const image = { name: 'bluecore-test/daemonless', version: '1', title: 'A test', licenses: 'MIT' }
const dockerfile = `ARG BASE
FROM $BASE AS system
COPY layer.sh /
RUN --mount=type=secret,id=known useradd tester && cat /run/secrets/known >/known && date +%N >/var/log/x
ARG SOURCE_DATE_EPOCH
RUN sh /layer.sh
FROM $BASE
ARG SOURCE_DATE_EPOCH
COPY --from=system /layer/$SOURCE_DATE_EPOCH/ /
USER 1000
`

test('without an engine, buildah builds: labels, secrets, the same digest for the same source', async () => {
  const dir = await temporaryFolder({
    'image.json': JSON.stringify({
      base: { name: 'debian:bookworm' },
      secrets: { known: '/etc/hostname' },
      images: [image],
    }),
    Dockerfile: dockerfile,
  })
  const archive = join(dir, 'base.tar')
  await docker('save', '--output', archive, await ensureBase('bookworm'))
  const storage = `[storage]\ndriver = "overlay"\ngraphroot = "${dir}/storage"\nrunroot = "${dir}/run"\n`
  await writeFile(join(dir, 'storage.conf'), storage)
  vi.stubEnv('CONTAINERS_STORAGE_CONF', join(dir, 'storage.conf'))
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such/socket')
  const buildah = async (...args: string[]) => (await execa('buildah', args)).stdout
  await buildah(
    'tag',
    await buildah('pull', '--quiet', `docker-archive:${archive}`),
    'bluecore/base:bookworm',
  )

  const { images } = await buildImage(dir)
  const [built] = images
  const seen = JSON.parse(await buildah('inspect', '--type', 'image', 'bluecore-test/daemonless:1'))
  expect(built).toMatchObject({ id: `sha256:${seen.FromImageID}`, tags: ['bluecore-test/daemonless:1'] })
  expect(seen.OCIv1.config).toMatchObject({
    User: '1000',
    Labels: {
      'org.opencontainers.image.title': 'A test',
      'org.opencontainers.image.base.name': 'debian:bookworm',
      'org.opencontainers.image.base.digest': seen.OCIv1.rootfs.diff_ids[0],
    },
  })
  expect(await buildImage(dir)).toEqual({ images })
  await buildah('rmi', '--all', '--force')
  await buildah(
    'tag',
    await buildah('pull', '--quiet', `docker-archive:${archive}`),
    'bluecore/base:bookworm',
  )
  expect(await buildImage(dir), 'without a cache').toEqual({ images })
})

test('neither an engine nor buildah', async () => {
  const dir = await temporaryFolder({
    'image.json': JSON.stringify({ base: { name: 'debian:bookworm' }, images: [image] }),
  })
  await expect(buildImage(dir, { ...process.env, PATH: dir })).rejects.toThrow(
    'no docker command on PATH: install docker.io, Docker or buildah',
  )
})
