import { buildah } from './buildah.js'
import type { Builder } from './builder.js'
import { engineBuilder } from './engine-builder.js'
import { ImagesError } from './images-error.js'

/**
 * The engine, or buildah if no engine answers that can build.
 * @param log is called when buildah is used, with the reason
 * @param path where the clients are looked for, as PATH
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
