import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ImagesError } from './images-error.js'

const repository = z
  .string()
  .regex(/^[a-z0-9]+([._-][a-z0-9]+)*(\/[a-z0-9]+([._-][a-z0-9]+)*)*$/, 'is not a repository')
const tag = z.string().regex(/^[\w][\w.-]{0,127}$/, 'is not a tag')
const reference = z.string().regex(/^[a-z0-9][\w./-]*:[\w][\w.-]{0,127}$/, 'is not REPOSITORY:TAG')
const texts = z.record(z.string(), z.string())

const image = z.strictObject({
  name: repository,
  version: tag,
  title: z.string().min(1),
  /** SPDX expression of what is inside. */
  licenses: z.string().min(1),
  /** Further names in a registry, e.g. `library/postgres:10.23`. The engine is not given them: there they mean the official image. */
  also: z.array(reference).default([]),
  args: texts.default({}),
  labels: texts.default({}),
})

const imageFile = z.strictObject({
  /** What the Dockerfile's `ARG BASE` becomes; `debian:NAME` is the system made by debootstrap. */
  base: reference,
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
