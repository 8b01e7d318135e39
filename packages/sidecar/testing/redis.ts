import { createLocalServer, type LocalServer } from './local-server.js'

/**
 * The machine's redis-server.
 * @param options as on its command line: `['--requirepass', 'secret']`
 */
export function createRedis(options: readonly string[] = []): Promise<LocalServer> {
  return createLocalServer({
    name: 'redis',
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
