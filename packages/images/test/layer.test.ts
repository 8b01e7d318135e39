import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildImage } from '../src/build.js'
import { ensureBase } from '../src/debootstrap.js'
import { docker, removeImagesAfterTest } from '../testing/docker.js'
import { layersOf } from '../testing/layers.js'
import { temporaryFolder } from '../testing/temporary-folder.js'

const name = 'bluecore-test/layer:1'
/** What builds leave behind: dates, logs, caches, backups; and a user, a package, links, modes, a changed file of the base. */
const dockerfile = `ARG BASE
FROM $BASE AS system
COPY layer.sh /
RUN useradd --system --uid 999 tester && apt-get update && apt-get install -y libcap2-bin
RUN mkdir -p -m 1777 /data/deep /data.d && date +%N >/var/log/x && ln /etc/motd /data/link && chown 999 /data.d && echo >>/etc/motd
ARG SOURCE_DATE_EPOCH
RUN sh /layer.sh
FROM $BASE
ARG SOURCE_DATE_EPOCH
COPY --from=system /layer/$SOURCE_DATE_EPOCH/ /
WORKDIR /data/deep
`

test('two builds, one without a cache, give the same layers, which hold only changed files with their modes', async () => {
  const image = { name: 'bluecore-test/layer', version: '1', title: 'A test', licenses: 'MIT' }
  const description = JSON.stringify({ base: { name: 'debian:bookworm' }, images: [image] })
  const dir = await temporaryFolder({ 'image.json': description, Dockerfile: dockerfile })
  removeImagesAfterTest(name)
  await buildImage(dir)
  const first = await digests()
  expect(await build(dir, 315_532_800, '--no-cache')).toEqual(first)
  expect(await build(dir, 1_700_000_000)).not.toEqual(first)
  expect(await build(dir, 315_532_800)).toEqual(first)

  const [, own = { entries: [] }] = await layersOf(name)
  const paths = own.entries.map(({ path }) => path.replace(/\/$/, ''))
  expect(paths).toEqual(
    expect.arrayContaining(['usr/sbin/capsh', 'etc/passwd', 'etc/motd', 'data/deep', 'data.d']),
  )
  for (const path of [
    'layer.sh',
    'layer',
    'var/log/x',
    'etc/passwd-',
    'etc/os-release',
    'etc/hosts',
    'usr/bin/env',
  ])
    expect(paths).not.toContain(path)
  const stat = ['stat', '--format=%n %u %a', '/data', '/data.d', '/data/deep', '/tmp', '/root', '/usr/bin/su']
  expect(await docker('run', '--rm', name, ...stat)).toBe(
    '/data 0 755\n/data.d 999 1777\n/data/deep 0 1777\n/tmp 0 1777\n/root 0 700\n/usr/bin/su 0 755',
  )
})

async function build(dir: string, date: number, ...options: string[]): Promise<string[]> {
  const args = [`SOURCE_DATE_EPOCH=${date}`, `BASE=${await ensureBase('bookworm')}`]
  await docker(
    ...['build', ...options, '--tag', name, '--file', join(dir, 'Dockerfile')],
    ...args.flatMap(arg => ['--build-arg', arg]),
    join(dir, 'dist/context'),
  )
  return await digests()
}

async function digests(): Promise<string[]> {
  return JSON.parse(await docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', name))
}
