import { inspectIndex } from '../note-index.js'
import { searchServer } from '../search-server.js'
import type { TargetFrom } from './target.js'

/** Elasticsearch has a master and serves: yellow is all that a single node with replicas can be. */
export const elasticsearch: TargetFrom = settings => {
  const server = searchServer(settings)
  return {
    goal: `elasticsearch (${server.url})`,
    async attempt() {
      const { body } = await server.ask('GET', '/_cluster/health?timeout=4s', [200])
      if (body.status === 'red') throw new Error('its health is red: shards are missing')
    },
  }
}

/** Misskey's index is there with the mapping that its search needs. */
export const searchIndex: TargetFrom = settings => {
  const server = searchServer(settings)
  return {
    goal: `search-index (${server.url}/${server.index})`,
    async attempt() {
      if ((await inspectIndex(server)) === 'missing') throw new Error('it has not been made yet')
    },
  }
}
