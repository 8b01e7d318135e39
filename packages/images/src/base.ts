import { execa } from 'execa'
import type { Builder } from './builder.js'
import { ensureBase } from './debootstrap.js'
import type { EngineImage } from './engine.js'
import { ImagesError } from './images-error.js'

/** A base as image.json or stage.mjs names it. */
export interface Base {
  name: string
  digest?: string | undefined
}

/** `REPOSITORY:TAG`, and `@sha256:…` if it must be that one. */
export function parseBase(text: string): Base {
  const [name = '', digest] = text.split('@')
  return { name, digest }
}

/**
 * Makes a base available in the engine. `debian:NAME` is built by debootstrap and identified by the digest of its one
 * layer; anything else is pulled unless it is there, and identified by the digest of its manifest.
 * @returns the engine's name for it, and its digest, where it has one
 * @throws ImagesError when it is missing, or another one than the digest says
 */
export async function resolveBase(
  builder: Builder,
  base: Base,
  log: (text: string) => void,
): Promise<{ reference: string; digest?: string | undefined }> {
  const suite = /^debian:([a-z]+)$/.exec(base.name)?.[1]
  const reference = suite ? await ensureBase(suite, builder, log) : await pulled(builder, base, log)
  const image = await builder.inspect(reference)
  if (!image) throw new ImagesError(`${reference} disappeared from the engine during the build: build again`)
  const digests = suite ? image.RootFS.Layers.slice(0, 1) : digestsOf(image)
  if (base.digest && !digests.includes(base.digest)) throw mismatch(base, digests)
  return { reference, digest: base.digest ?? digests[0] }
}

/** Of the manifests under which it was pulled; of its configuration, its id, where it came from an archive. */
function digestsOf({ Id, RepoDigests }: EngineImage): string[] {
  return [...RepoDigests.map(name => name.replace(/.*@/, '')), Id]
}

async function pulled(
  builder: Builder,
  { name, digest }: Base,
  log: (text: string) => void,
): Promise<string> {
  const there = await builder.inspect(name)
  if (there && (!digest || digestsOf(there).includes(digest))) return name
  const wanted = digest ? `${name.replace(/:[^:/]*$/, '')}@${digest}` : name
  if (digest && (await builder.inspect(wanted))) return wanted
  log(`pulling ${wanted}`)
  const pull = await execa(builder.command, ['pull', '--quiet', wanted], { env: builder.env, reject: false })
  if (pull.exitCode === 0) return wanted
  if (there && digest) throw mismatch({ name, digest }, digestsOf(there))
  throw new ImagesError(
    `the engine has no base image ${wanted} and cannot pull it: ${pull.stderr}\n` +
      `Bring it in (docker load, docker tag) or choose another base.`,
  )
}

function mismatch({ name, digest }: Base, seen: string[]): ImagesError {
  return new ImagesError(
    `base ${name} should be ${digest}, but the engine's is ${seen.join(' or ')}\n` +
      `Bring the right one in (docker pull, docker load), or change base.digest in image.json if the new one is meant.`,
  )
}
