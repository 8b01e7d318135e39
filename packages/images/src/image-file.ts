import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ImagesError } from './images-error.js'
import { digestShape } from './registry/oci.js'

export const repositoryShape = z
  .string()
  .regex(/^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/, 'is not a repository')
export const tagShape = z.string().regex(/^[\w][\w.-]{0,127}$/, 'is not a tag')
const reference = z
  .string()
  .regex(/^[a-z0-9][\w./-]*(:\d+\/[\w./-]+)?:[\w][\w.-]{0,127}$/, 'is not REPOSITORY:TAG')
const texts = z.record(z.string(), z.string())
/** The first part of a build argument's name. */
const word = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'is not a word of letters, digits and _')
/** Of a package, with a version if wanted: `redis-tools=5:7.0.15-*`. It reaches a shell. */
const packageName = z.string().regex(/^[a-zA-Z0-9][\w.+:~*=-]*$/, 'is not a package')

const image = z.strictObject({
  name: repositoryShape,
  /** Tag, label and build argument VERSION. */
  version: tagShape,
  title: z.string().min(1),
  /** SPDX expression of what is inside. */
  licenses: z.string().min(1),
  /**
   * The official image that it stands in for, e.g. `library/postgres:10.23`: its second name in a registry. The engine is not
   * given it: there it means the official image.
   */
  standsInFor: reference.optional(),
  args: texts.default({}),
  labels: texts.default({}),
})

const imageFile = z.strictObject({
  /** What the Dockerfile's `ARG BASE` becomes. */
  base: z.strictObject({
    /** `debian:NAME` is the system made by debootstrap; anything else is pulled. */
    name: reference,
    /** Of its manifest, or of its configuration (its id) where it is loaded from an archive. Checked. */
    digest: digestShape.optional(),
  }),
  /** Versions of what goes in: `NODE` is the build argument NODE_VERSION. */
  versions: z.record(word, z.string().min(1)).default({}),
  /** Packages of the base's family, for each purpose: `apt.run` is the build argument APT_RUN, one line. */
  packages: z.partialRecord(z.enum(['apt', 'yum']), z.record(word, z.array(packageName))).default({}),
  /** Path in the build context → file or folder, relative to the image's folder. */
  stage: texts.default({}),
  /** Build secrets: id → file on this machine; left out when the file is missing. */
  secrets: texts.default({}),
  /** Images made from this one Dockerfile. */
  images: z.array(image).min(1),
})

/** What an image.json says. */
export type ImageFile = z.infer<typeof imageFile>
export type ImageSpec = ImageFile['images'][number]

/**
 * Reads `dir/image.json`.
 * @throws ImagesError naming every problem of the file at once
 */
export async function readImageFile(dir: string): Promise<ImageFile> {
  const path = join(dir, 'image.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ImagesError(`${path} is missing: run this in a folder that describes an image`)
  })
  const result = imageFile.safeParse(parse(path, text))
  if (result.success) return result.data
  const problems = result.error.issues.map(issue => `  ${issue.path.join('.') || '(file)'}: ${issue.message}`)
  throw new ImagesError(`${path} is wrong:\n${problems.join('\n')}`)
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ImagesError(`${path} is not JSON: ${(error as Error).message}`)
  }
}

/** The build arguments that image.json stands for; `args` of the image itself win. */
export function buildArguments(file: ImageFile, spec: ImageSpec): Record<string, string> {
  const versions = Object.entries(file.versions).map(([name, version]) => [`${name}_VERSION`, version])
  const packages = Object.entries(file.packages).flatMap(([family, purposes]) =>
    Object.entries(purposes).map(([purpose, names]) => [
      `${family}_${purpose}`.toUpperCase(),
      [...names].sort().join(' '),
    ]),
  )
  return { VERSION: spec.version, ...Object.fromEntries([...versions, ...packages]), ...spec.args }
}
