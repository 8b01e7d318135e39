import { isDeepStrictEqual } from 'node:util'
import type { Builder } from './builder.js'
import type { ImageConfig } from './engine.js'
import type { ImageConfiguration } from './registry/oci.js'

/** Settings that change how a container behaves, or identify it. */
const settings = [
  'User',
  'Env',
  'Entrypoint',
  'Cmd',
  'WorkingDir',
  'ExposedPorts',
  'Volumes',
  'StopSignal',
  'Healthcheck',
] as const

/**
 * Does the registry hold the same image, built at another time? The engine writes the time of a build into an image's
 * configuration, so each build has a different id, even with the same layers and settings. A different
 * revision label alone does not make a different image either.
 */
export async function hasSameContent(
  there: ImageConfiguration,
  id: string,
  builder: () => Promise<Builder>,
): Promise<boolean> {
  const own = await (await builder()).contents(id)
  return (
    own !== undefined &&
    isDeepStrictEqual(there.rootfs?.diff_ids, own.layers) &&
    isDeepStrictEqual(comparable(there.config ?? {}), comparable(own.config))
  )
}

function comparable(config: ImageConfig): Record<string, unknown> {
  const { 'org.opencontainers.image.revision': _, ...labels } = config.Labels ?? {}
  const given = settings.map(name => [name, config[name]] as const)
  return Object.fromEntries([...given.filter(([, value]) => !isEmpty(value)), ['Labels', labels]])
}

/** Left out, null and empty all mean the same. */
function isEmpty(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0)
}
