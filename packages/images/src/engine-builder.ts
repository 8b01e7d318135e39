import { rm } from 'node:fs/promises'
import { execa } from 'execa'
import { type Builder, notSaved } from './builder.js'
import { findEngine, inspectImage } from './engine.js'
import { localRegctl } from './registry/regctl.js'

/**
 * The container engine.
 * @throws ImagesError when none can build or answers
 */
export async function engineBuilder(path?: string): Promise<Builder> {
  const engine = await findEngine(path)
  const { docker: command, env } = engine
  return {
    command,
    env,
    options: ['--progress', 'plain'],
    ownNames: true,
    inspect: async name => await inspectImage(engine, name),
    async importTar(name, tar) {
      await execa('tar', tar).pipe(command, ['import', '--change', 'CMD ["bash"]', '-', name], { env })
    },
    async contents(id) {
      const image = await inspectImage(engine, id)
      return image && { layers: image.RootFS.Layers, config: image.Config }
    },
    async save(id, layout) {
      const archive = `${layout}.tar`
      const saved = await execa(command, ['save', '--output', archive, id], { env, reject: false })
      if (saved.exitCode !== 0) throw notSaved(id, saved.stderr)
      await localRegctl('image', 'import', `ocidir://${layout}:image`, archive)
      await rm(archive)
    },
  }
}
