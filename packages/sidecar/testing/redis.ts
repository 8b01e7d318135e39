import { createLocalServer, type LocalServer } from './local-server.js'
import type { Volume } from './volume.js'

/**
 * The machine's redis-server.
 * @param options as on its command line: `['--requirepass', 'secret']`
 * @param volume where its data shall be
 */
export function createRedis(options: readonly string[] = [], volume?: Volume): Promise<LocalServer> {
  return createLocalServer({
    name: 'redis',
    volume,
    command: (port, folder) => [
      'redis-server',
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      ...options,
    ],
    ready: 'Ready to accept connections',
  })
}
