import { execa } from 'execa'
import { buildah } from './buildah.js'
import { type EngineImage, findEngine, fullEngine, inspectImage, isFull } from './engine.js'
import { ImagesError } from './images-error.js'

/** What makes images: the container engine, or buildah where there is none. Both have `build`, `tag`, `rmi` and `pull`. */
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
}

/**
 * The engine, or buildah if there is none that answers and can build.
 * @throws ImagesError that says what is wrong with the engine when there is no buildah either
 */
export async function findBuilder(log: (text: string) => void, path?: string): Promise<Builder> {
  try {
    return await engine(path)
  } catch (error) {
    const instead = error instanceof ImagesError ? await buildah(path) : undefined
    if (!instead) throw error
    log(`building with ${instead.command}: ${(error as Error).message.split('\n')[0]}`)
    return instead
  }
}

async function engine(path?: string): Promise<Builder> {
  const found = await findEngine(path)
  const { docker: command, env } = found
  return {
    command,
    env,
    options: ['--progress', 'plain'],
    ownNames: true,
    inspect: async name => await inspectImage(found, name),
    async importTar(name, tar) {
      await execa('tar', tar).pipe(command, ['import', '--change', 'CMD ["bash"]', '-', name], { env })
    },
  }
}

/** Runs one of its commands. */
export async function call({ command, env }: Builder, ...args: string[]): Promise<void> {
  const { exitCode, stderr } = await execa(command, args, { env, reject: false })
  if (exitCode !== 0) throw new ImagesError(`${args.join(' ')}: ${stderr}${isFull(stderr) ? fullEngine : ''}`)
}
