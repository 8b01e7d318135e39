import { access, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { cacheFolder } from '@bluecore/cache'
import { parseBase, resolveBase } from './base.js'
import { type Built, type BuiltImage, writeBuilt } from './built.js'
import { dockerBuild } from './docker-build.js'
import { sourceDate } from './epoch.js'
import { findBuilder } from './find-builder.js'
import { fullDisk } from './full-disk.js'
import { buildArguments, type ImageFile, readImageFile } from './image-file.js'
import { openContainerLabels } from './labels.js'
import { revision, sourceUrl } from './revision.js'
import { stageContext } from './stage.js'
import { standInLabel } from './tags.js'

const log = (text: string) => console.error(text)

/**
 * Builds every image that `dir/image.json` names and writes `dir/dist/image.json`.
 * Unchanged inputs come from the engine's layer cache.
 * @throws ImagesError for a wrong description, a missing input, base or engine, and a failed build
 */
export async function buildImage(dir: string, env: NodeJS.ProcessEnv = process.env): Promise<Built> {
  return await build(dir, env).catch(async error => {
    throw (await fullDisk(error, [resolve(dir), cacheFolder(env)])) ?? error
  })
}

async function build(dir: string, env: NodeJS.ProcessEnv): Promise<Built> {
  const folder = resolve(dir)
  const file = await readImageFile(folder)
  await rm(join(folder, 'dist', 'image.json'), { force: true }) // a failed build must not leave the last one's
  const builder = await findBuilder(log, env.PATH)
  const { context, result } = await stageContext(folder, file, env, log)
  const wanted = result.base ? parseBase(result.base) : file.base
  const { reference, digest } = await resolveBase(builder, wanted, log)
  const base = { name: wanted.name, digest }
  const [source, commit, secrets] = await Promise.all([
    sourceUrl(folder),
    revision(folder),
    presentSecrets(file),
  ])
  const images: BuiltImage[] = []
  for (const spec of file.images) {
    const { name, version } = spec
    const tag = `${name}:${version}`
    const labels = {
      ...openContainerLabels(spec, { base, source, revision: commit }),
      ...(spec.standsInFor && { [standInLabel]: spec.standsInFor }),
      ...spec.labels,
      ...result.labels,
    }
    const standsInFor = labels[standInLabel]
    const tags = [...new Set([tag, ...(standsInFor ? [standsInFor] : [])])]
    log(`building ${tag}`)
    const built = await dockerBuild(
      {
        context,
        dockerfile: join(folder, 'Dockerfile'),
        base: reference,
        tags: [tag],
        buildArgs: {
          ...buildArguments(file, spec),
          ...result.args,
          SOURCE_DATE_EPOCH: `${sourceDate(env)}`,
        },
        labels,
        secrets,
        onLine: log,
      },
      builder,
    )
    images.push({ name, version, tags, ...built, base, revision: commit, standsInFor })
  }
  await writeBuilt(folder, { images })
  return { images }
}

/** Secrets whose file is on this machine. */
async function presentSecrets(file: ImageFile): Promise<Record<string, string>> {
  const entries = await Promise.all(
    Object.entries(file.secrets).map(async ([id, path]) => {
      const present = await access(path).then(
        () => true,
        () => false,
      )
      return present ? [[id, path] as const] : []
    }),
  )
  return Object.fromEntries(entries.flat())
}
