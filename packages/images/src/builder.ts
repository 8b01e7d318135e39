import { execa } from 'execa'
import { type EngineImage, freeEngineSpace, type ImageConfig } from './engine.js'
import { isFull } from './full-disk.js'
import { ImagesError } from './images-error.js'

/** How a registry is reached. */
export interface Reach {
  /** Folder with a config.json that holds its password; else the user's own. */
  dockerConfig?: string | undefined
  /** It has no TLS. */
  plain: boolean
}

/**
 * What builds, stores and pushes images: the container engine, or buildah where there is none. Both have `build`,
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
  /** What syft reads an image from. @param folder for what must be written for that */
  source(id: string, folder: string): Promise<string>
  /**
   * @param name `HOST/REPOSITORY:TAG`
   * @throws ImagesError with its message
   */
  push(id: string, name: string, reach: Reach): Promise<void>
}

/** Runs one of its commands. @throws ImagesError with what it wrote to stderr */
export async function runBuilder({ command, env }: Builder, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await execa(command, args, { env, reject: false })
  if (exitCode === 0) return
  throw new ImagesError(`${args.join(' ')}: ${stderr}${isFull(stderr) ? `\n${freeEngineSpace}` : ''}`)
}
