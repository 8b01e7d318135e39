import { execa } from 'execa'
import { buildah } from './buildah.js'
import { type EngineImage, fullEngine, type ImageConfig } from './engine.js'
import { engineBuilder } from './engine-builder.js'
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
 * What makes images, keeps and sends them: the container engine, or buildah where there is none. Both have `build`,
 * `tag`, `rmi` and `pull`. An id is `sha256:…`
 */
export interface Builder {
  command: string
  env: Record<string, string>
  /** Of its `build`, beside those that both have. */
  options: string[]
  /** Must each build have its base under a name of its own? */
  ownNames: boolean
  /** Its image under this name, or nothing. */
  inspect(name: string): Promise<EngineImage | undefined>
  /** Makes an image of one layer of the archive that `tar` writes. */
  importTar(name: string, tar: string[]): Promise<void>
  /** An image's layers' diff ids and its settings; nothing when it is not there, or when they follow from its id alone. */
  contents(id: string): Promise<{ layers: string[]; config: ImageConfig } | undefined>
  /** What syft reads an image from. @param folder for what must be written for that */
  source(id: string, folder: string): Promise<string>
  /**
   * @param name `HOST/REPOSITORY:TAG`
   * @throws ImagesError with its words
   */
  push(id: string, name: string, reach: Reach): Promise<void>
}

/**
 * The engine, or buildah if there is none that answers and can build.
 * @throws ImagesError that says what is wrong with the engine when there is no buildah either
 */
export async function findBuilder(log?: (text: string) => void, path?: string): Promise<Builder> {
  try {
    return await engineBuilder(path)
  } catch (error) {
    const instead = error instanceof ImagesError ? await buildah(path) : undefined
    if (!instead) throw error
    log?.(`using ${instead.command}: ${(error as Error).message.split('\n')[0]}`)
    return instead
  }
}

/** Runs one of its commands. */
export async function call({ command, env }: Builder, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await execa(command, args, { env, reject: false })
  if (exitCode !== 0) throw new ImagesError(`${args.join(' ')}: ${stderr}${isFull(stderr) ? fullEngine : ''}`)
}
