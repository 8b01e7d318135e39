import { execa } from 'execa'
import type { Built } from './build.js'
import { docker, findEngine } from './engine.js'
import { ImagesError } from './images-error.js'

/** An image as a registry holds it. */
export interface PushedImage {
  /** `REGISTRY/REPOSITORY:TAG` */
  name: string
  /** `sha256:…` of its manifest. */
  digest: string
}

/**
 * Pushes each image under each of its names. Layers that the registry has already are not sent again.
 * @param registry host, or host:port, e.g. `registry.bluecore.internal`
 * @param dockerConfig folder with a config.json that holds the registry's password; else the user's own
 * @throws ImagesError with the engine's words when a push is refused
 */
export async function pushImages(
  built: Built,
  { registry, dockerConfig }: { registry: string; dockerConfig?: string },
): Promise<PushedImage[]> {
  const engine = await findEngine()
  const config = dockerConfig ? ['--config', dockerConfig] : []
  const pushed: PushedImage[] = []
  for (const image of built.images) {
    for (const ownName of image.tags) {
      const name = `${registry}/${ownName}`
      await docker(engine, ['tag', image.id, name])
      const push = await execa(engine.docker, [...config, 'push', name], { env: engine.env, reject: false })
      await docker(engine, ['image', 'rm', name]) // else the engine would keep every image ever pushed
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(push.stdout)?.[1]
      if (push.exitCode !== 0 || !digest)
        throw new ImagesError(`${name} was not pushed: ${push.stderr || push.stdout}`)
      pushed.push({ name, digest })
    }
  }
  return pushed
}
