import { execa } from 'execa'
import { type EngineImage, freeEngineSpace, type ImageConfig } from './engine.js'
import { fullTemporary, isFull } from './full-disk.js'
import { ImagesError } from './images-error.js'

/**
 * What builds and stores images: the container engine, or buildah where there is none. Both have `build`,
 * `tag`, `rmi` and `pull`. An id is `sha256:…`
 */
export interface Builder {
  command: string
  env: Record<string, string>
  /** Options of its `build`, besides those that both have. */
  options: string[]
  /** Must each build have its base under a name of its own? */
  ownNames: boolean
  /** Its image under this name, or nothing. */
  inspect(name: string): Promise<EngineImage | undefined>
  /** Creates an image of one layer from the archive that `tar` writes. */
  importTar(name: string, tar: string[]): Promise<void>
  /** An image's layers' diff ids and its settings; nothing when it is not there, or when the id already determines them. */
  contents(id: string): Promise<{ layers: string[]; config: ImageConfig } | undefined>
  /**
   * Writes an image as an OCI layout, under the reference `image`.
   * @param layout path of the folder to make
   * @throws ImagesError when it does not have the image any more, and for a full disk
   */
  save(id: string, layout: string): Promise<void>
}

/** An image could not be written to a file. @param words the builder's output */
export function notSaved(id: string, words: string): ImagesError {
  if (/no such image|not known|reference does not exist|failed to get digest/i.test(words))
    return new ImagesError(`the engine no longer has ${id}: build it again`)
  return isFull(words) ? fullTemporary() : new ImagesError(words.trim())
}

/** Runs one of its commands. @throws ImagesError with what it wrote to stderr */
export async function runBuilder({ command, env }: Builder, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await execa(command, args, { env, reject: false })
  if (exitCode === 0) return
  throw new ImagesError(`${args.join(' ')}: ${stderr}${isFull(stderr) ? `\n${freeEngineSpace}` : ''}`)
}
