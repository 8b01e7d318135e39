import { run } from './processes.js'
import type { TestServer } from './server.js'
import { freePort, until } from './wait.js'

const image = 'bluecore/elasticsearch:7.4.2'
const startLimitMs = 180_000

export interface Elasticsearch extends TestServer {
  url: string
}

/** A container of the Elasticsearch that docker/elasticsearch builds, on the local engine. */
export async function createElasticsearch(): Promise<Elasticsearch> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const id = await create(port)
  const docker = (...args: string[]) => run('docker', [...args, id])

  async function answers(): Promise<boolean> {
    if ((await docker('inspect', '--format', '{{.State.Running}}')) !== 'true')
      throw new Error(await docker('logs'))
    const health = fetch(`${url}/_cluster/health?local=true`, { signal: AbortSignal.timeout(2_000) })
    return health.then(
      response => response.ok,
      () => false,
    )
  }

  return {
    port,
    url,
    launch: () => docker('start'),
    async start() {
      await docker('start')
      await until(`Elasticsearch answered on ${url}`, answers, startLimitMs, 250)
    },
    kill: () => docker('kill'),
    freeze: () => docker('kill', '--signal', 'STOP'),
    thaw: () => docker('kill', '--signal', 'CONT'),
    remove: () => docker('rm', '--force', '--volumes'),
  }
}

async function create(port: number): Promise<string> {
  const settings = ['--env', 'discovery.type=single-node', '--env', 'ES_JAVA_OPTS=-Xms256m -Xmx256m']
  try {
    return await run('docker', [
      'create',
      '--publish',
      `127.0.0.1:${port}:9200`,
      '--memory',
      '768m',
      ...settings,
      image,
    ])
  } catch (error) {
    const hint = `no container of ${image}; if the image is missing: pnpm turbo run build --filter ./docker/elasticsearch`
    throw new Error(hint, { cause: error })
  }
}
