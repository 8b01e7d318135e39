import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import { ImagesError } from './images-error.js'
import { type PushTarget, taken } from './push.js'
import { parseRegistry } from './registry/address.js'
import { type Descriptor, digestOf, manifestTypes, openRegistry } from './registry/client.js'

/** A chart as OCI: a manifest, the two blobs that it names, and the name that helm pulls it by. */
export interface PackedChart {
  /** `charts/NAME` */
  repository: string
  /** Its version; a `+`, which a tag cannot have, is `_`, as helm does. */
  tag: string
  descriptor: Descriptor
  manifest: Buffer
  blobs: { descriptor: Descriptor; bytes: Buffer }[]
}

/** @see https://helm.sh/docs/topics/registries/#helm-chart-manifest */
const helm = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  content: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
}

/**
 * The one chart archive in a folder's dist.
 * @throws ImagesError when it was not packaged
 */
export async function readChart(dir: string): Promise<PackedChart> {
  const dist = join(dir, 'dist')
  const [archive, ...more] = (await readdir(dist).catch(() => [])).filter(name => name.endsWith('.tgz'))
  if (!archive) throw new ImagesError(`${dist} holds no chart: build it first (npx turbo run build)`)
  if (more.length > 0)
    throw new ImagesError(
      `${dist} holds several charts: remove the old ones (${[archive, ...more].join(', ')})`,
    )
  return await packChart(join(dist, archive))
}

/** @param archive a `.tgz` of `helm package` */
export async function packChart(archive: string): Promise<PackedChart> {
  const extract = ['-xzOf', archive, '--wildcards', '--no-wildcards-match-slash', '*/Chart.yaml']
  const { exitCode, stdout, stderr } = await execa('tar', extract, { reject: false })
  if (exitCode !== 0) throw new ImagesError(`${archive} is not a chart: ${stderr}`)
  const about = parse(stdout)
  const content = await readFile(archive)
  const blobs = [blob(helm.config, Buffer.from(JSON.stringify(about))), blob(helm.content, content)] as const
  const [config, layer] = blobs
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestTypes.image,
      config: config.descriptor,
      layers: [layer.descriptor],
      annotations: {
        'org.opencontainers.image.title': about.name,
        'org.opencontainers.image.version': about.version,
        'org.opencontainers.image.description': about.description ?? '',
      },
    }),
  )
  return {
    repository: `charts/${about.name}`,
    tag: `${about.version}`.replaceAll('+', '_'),
    descriptor: { mediaType: manifestTypes.image, digest: digestOf(manifest), size: manifest.length },
    manifest,
    blobs: [...blobs],
  }
}

function blob(mediaType: string, bytes: Buffer) {
  return { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes }
}

/** A chart as a registry holds it. */
export interface PushedChart {
  /** `HOST/PREFIX/charts/NAME:VERSION`; helm pulls it from `oci://` and this. */
  name: string
  repository: string
  descriptor: Descriptor
  /** Was there before. */
  kept: boolean
}

/**
 * Pushes a chart for `helm install oci://…`. The tag comes last.
 * @throws ImagesError when the tag stands for another chart, or the registry does not hold what was sent
 */
export async function pushChart(chart: PackedChart, target: PushTarget): Promise<PushedChart> {
  const registry = await openRegistry(parseRegistry(target.registry), target.dockerConfig)
  const { repository, tag, descriptor, manifest, blobs } = chart
  const pushed = { name: `${registry.name(repository)}:${tag}`, repository, descriptor }
  const found = await registry.manifest(repository, tag)
  if (found?.descriptor.digest === descriptor.digest) return { ...pushed, kept: true }
  if (found && !target.move) throw new ImagesError(`nothing was pushed:\n  ${taken(registry, chart, found)}`)
  for (const { descriptor, bytes } of blobs)
    await registry.putBlob(repository, descriptor, () => new Uint8Array(bytes))
  await registry.putManifest(repository, tag, descriptor.mediaType, manifest)
  const there = await registry.manifest(repository, tag)
  if (there?.descriptor.digest === descriptor.digest) return { ...pushed, kept: false }
  throw new ImagesError(
    `${pushed.name} was pushed, but the registry has ${there?.descriptor.digest ?? 'nothing'} there`,
  )
}
