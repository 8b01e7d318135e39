import { join } from 'node:path'
import { execa } from 'execa'
import { clients, type Engine, findEngine, type ImageConfig, inspectImage } from './engine.js'
import { ImagesError } from './images-error.js'
import { lookAtStorage } from './registry/client.js'

/** How a registry is reached. */
export interface Reach {
  /** Folder with a config.json that holds its password; else the user's own. */
  dockerConfig?: string | undefined
  /** It has no TLS. */
  plain: boolean
}

/** What holds the images that were built: the engine, or buildah's storage where there is none. */
export interface Store {
  /**
   * @param id `sha256:…`
   * @param name `HOST/REPOSITORY:TAG`
   * @throws ImagesError with its words
   */
  push(id: string, name: string, reach: Reach): Promise<void>
  /** Its layers' diff ids and its settings; nothing when it is not there, or when they follow from its id alone. */
  contents(id: string): Promise<{ layers: string[]; config: ImageConfig } | undefined>
  /** What syft reads an image from. @param folder for what must be written for that */
  source(id: string, folder: string): Promise<string>
}

/** @throws ImagesError that says what is wrong with the engine when there is no buildah either */
export async function findStore(): Promise<Store> {
  try {
    return ofEngine(await findEngine())
  } catch (error) {
    const [buildah] = error instanceof ImagesError ? await clients('buildah') : []
    if (!buildah) throw error
    return ofBuildah(buildah)
  }
}

function ofEngine(engine: Engine): Store {
  return {
    async push(id, name, { dockerConfig }) {
      const have = await execa(engine.docker, ['tag', id, name], { env: engine.env, reject: false })
      if (have.exitCode !== 0) throw lost(have.stderr)
      const args = [...(dockerConfig ? ['--config', dockerConfig] : []), 'push', name]
      const push = await execa(engine.docker, args, { env: engine.env, reject: false })
      // Else the engine would keep every image ever pushed. It may refuse, which is no reason to call the push failed.
      await execa(engine.docker, ['image', 'rm', name], { env: engine.env, reject: false })
      if (push.exitCode !== 0) throw refused(push.stderr || push.stdout)
    },
    async contents(id) {
      const image = await inspectImage(engine, id)
      return image && { layers: image.RootFS.Layers, config: image.Config }
    },
    source: async id => `docker:${id}`,
  }
}

function ofBuildah(buildah: string): Store {
  const own = (id: string) => id.replace('sha256:', '')
  return {
    async push(id, name, { dockerConfig, plain }) {
      const login = dockerConfig ? ['--authfile', join(dockerConfig, 'config.json')] : []
      const args = ['push', '--quiet', ...login, ...(plain ? ['--tls-verify=false'] : [])]
      const push = await execa(buildah, [...args, own(id), `docker://${name}`], { reject: false })
      if (push.exitCode === 0) return
      throw /image not known/.test(push.stderr) ? lost(push.stderr) : refused(push.stderr)
    },
    contents: async () => undefined, // it dates no configuration: the same image has the same id
    async source(id, folder) {
      const archive = join(folder, 'image.tar')
      const { exitCode, stderr } = await execa(
        buildah,
        ['push', '--quiet', own(id), `oci-archive:${archive}`],
        {
          reject: false,
        },
      )
      if (exitCode !== 0) throw lost(stderr)
      return `oci-archive:${archive}`
    },
  }
}

const lost = (words: string) =>
  new ImagesError(`the engine does not have it any more (${words.trim()}): build it again`)

/** Of a registry whose disk is full, the engine knows only that something went wrong. */
function refused(words: string): ImagesError {
  const trimmed = words.trim()
  return new ImagesError(/\b5\d\d\b|unknown/i.test(trimmed) ? `${trimmed}. ${lookAtStorage}` : trimmed)
}
