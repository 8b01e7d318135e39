import { chownSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './processes.js'
import type { TestServer } from './server.js'
import type { Volume } from './volume.js'
import { freePort, until } from './wait.js'

export const elasticsearchImage = 'bluecore/elasticsearch:7.4.2'
const dataPath = '/usr/share/elasticsearch/data'
const startLimitMs = 180_000

/** Whom the image runs it as. */
const uid = 1000
const gid = 1000

export interface Elasticsearch extends TestServer {
  url: string
  /** Everything it has written since it was made, one line of JSON per message. */
  output(): Promise<string>
}

export interface ElasticsearchOptions {
  /** Where its data shall be; in the container when absent. */
  volume?: Volume
  /** Its settings, `{ 'cluster.info.update.interval': '10s' }`, and `ES_JAVA_OPTS`. */
  env?: Readonly<Record<string, string>>
}

/** A container of the Elasticsearch that docker/elasticsearch builds, on the local engine; not started yet. */
export async function createElasticsearch({
  volume,
  env,
}: ElasticsearchOptions = {}): Promise<Elasticsearch> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = volume && mkdtempSync(join(volume.path, 'elasticsearch-'))
  if (folder) chownSync(folder, uid, gid)
  const id = await create(port, folder, env)
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
    output: () => docker('logs'),
    launch: () => docker('start'),
    async start() {
      await docker('start')
      await until(`Elasticsearch answered on ${url}`, answers, startLimitMs, 250)
    },
    kill: () => docker('kill'),
    freeze: () => docker('kill', '--signal', 'STOP'),
    thaw: () => docker('kill', '--signal', 'CONT'),
    // A volume takes the data with it when it goes; as long as it is hurt, they could not be removed.
    remove: () => docker('rm', '--force', '--volumes'),
  }
}

async function create(
  port: number,
  folder: string | undefined,
  env: ElasticsearchOptions['env'],
): Promise<string> {
  const settings = {
    'discovery.type': 'single-node',
    // The second compiler would take as much of the processor again for a start, and pay off after minutes.
    ES_JAVA_OPTS: '-Xms256m -Xmx256m -XX:TieredStopAtLevel=1',
    ...env,
  }
  try {
    return await run('docker', [
      'create',
      ...['--publish', `127.0.0.1:${port}:9200`, '--memory', '768m'],
      ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...(folder ? ['--volume', `${folder}:${dataPath}`] : []),
      elasticsearchImage,
    ])
  } catch (error) {
    const hint = `no container of ${elasticsearchImage}; if the image is missing: pnpm turbo run build --filter ./docker/elasticsearch`
    throw new Error(hint, { cause: error })
  }
}
