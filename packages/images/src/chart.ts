import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import { ImagesError } from './images-error.js'
import { nothingPushed, type PushTarget, probeAll } from './push.js'
import { parseRegistry } from './registry/address.js'
import { referenceName, startLayout, writeBlobs, writeIndex } from './registry/layout.js'
import { type Descriptor, describe, manifestTypes } from './registry/oci.js'
import { openRegistry, type Registry } from './registry/registry.js'
import { mustStay, plan } from './tags.js'
import { withTemporary } from './temporary.js'

/** A chart as OCI: a manifest, what it is made of, and the name that helm pulls it by. */
export interface PackedChart {
  /** `charts/NAME` */
  repository: string
  /** Its version; a `+`, which a tag cannot have, is `_`, as helm does. */
  tag: string
  descriptor: Descriptor
  /** The manifest, and the two blobs that it names. */
  blobs: Buffer[]
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
  const config = Buffer.from(JSON.stringify(about))
  const content = await readFile(archive)
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestTypes.image,
      config: describe(helm.config, config),
      layers: [describe(helm.content, content)],
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
    descriptor: describe(manifestTypes.image, manifest),
    blobs: [manifest, config, content],
  }
}

/** A chart as a registry holds it. */
export interface PushedChart {
  /** `HOST/PREFIX/charts/NAME:VERSION`; helm pulls it from `oci://` and this. */
  name: string
  repository: string
  /** Digest that the tag pointed to before, if to another chart. */
  from?: string
  descriptor: Descriptor
  /** Was there before. */
  kept: boolean
}

/**
 * What a push of a chart would do. Sends nothing.
 * @throws ImagesError when the tag stands for another chart
 */
export async function planChart(chart: PackedChart, target: PushTarget): Promise<PushedChart> {
  return await planOn(openRegistry(parseRegistry(target.registry), target), chart, target)
}

async function planOn(registry: Registry, chart: PackedChart, { move = false }: PushTarget) {
  const { repository, tag, descriptor } = chart
  const name = `${registry.name(repository)}:${tag}`
  const from = (await registry.manifest(repository, tag))?.descriptor.digest
  if (from === descriptor.digest) return { name, repository, descriptor, kept: true }
  const problem = from && mustStay({ name, tag: `${repository}:${tag}`, digest: from, labels: {} }, move)
  if (problem) throw nothingPushed([problem])
  return { name, repository, ...(from && { from }), descriptor, kept: false }
}

/**
 * Pushes a chart for `helm install oci://…`. The tag comes last.
 * @throws ImagesError when the tag stands for another chart, or the registry does not hold what was sent
 */
export async function pushChart(chart: PackedChart, target: PushTarget): Promise<PushedChart> {
  const registry = openRegistry(parseRegistry(target.registry), target)
  const { repository, tag, descriptor, blobs } = chart
  const pushed = await planOn(registry, chart, target)
  if (pushed.kept) return pushed
  target.log?.(`to push: ${plan(pushed.name, pushed.from, descriptor.digest)}`)
  await probeAll(registry, [repository])
  await withTemporary(async folder => {
    await startLayout(folder)
    await writeBlobs(folder, ...blobs)
    await writeIndex(folder, [{ ...descriptor, annotations: { [referenceName]: 'chart' } }])
    await registry.push(`ocidir://${folder}:chart`, repository, tag)
  })
  const there = await registry.manifest(repository, tag)
  if (there?.descriptor.digest === descriptor.digest) return pushed
  throw new ImagesError(
    `${pushed.name} was pushed, but the registry has ${there?.descriptor.digest ?? 'nothing'} there`,
  )
}
