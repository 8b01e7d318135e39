import { execa } from 'execa'
import type { Builder } from './builder.js'
import { findEngine, inspectImage } from './engine.js'
import { lost, refused } from './push-errors.js'

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
    source: async id => `docker:${id}`,
    async push(id, name, { dockerConfig }) {
      const have = await execa(command, ['tag', id, name], { env, reject: false })
      if (have.exitCode !== 0) throw lost(have.stderr)
      const args = [...(dockerConfig ? ['--config', dockerConfig] : []), 'push', name]
      const push = await execa(command, args, { env, reject: false })
      // Else the engine would keep every image ever pushed. It may refuse, which is no reason to call the push failed.
      await execa(command, ['image', 'rm', name], { env, reject: false })
      if (push.exitCode !== 0) throw refused(push.stderr || push.stdout)
    },
  }
}
