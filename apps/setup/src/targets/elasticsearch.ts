import { connect, elasticsearchShape } from '../elasticsearch.js'
import { inspectIndex } from '../note-index.js'
import { defineTarget } from './target.js'

const spec = { shape: elasticsearchShape, secrets: [] }

/** Elasticsearch has a master and no shard is missing: yellow is the best that a single node with replicas can reach. */
export const elasticsearch = defineTarget(spec, settings => {
  const { url, ask } = connect(settings)
  return {
    goal: `elasticsearch (${url})`,
    async attempt() {
      const { body } = await ask<{ status: string }>(client => client.cluster.health({ timeout: '4s' }))
      if (body.status === 'red') throw new Error('its health is red: primary shards are missing')
    },
  }
})

/** Misskey's index exists with the definition that its search needs. */
export const searchIndex = defineTarget(spec, settings => {
  const elasticsearch = connect(settings)
  return {
    goal: `search-index (${elasticsearch.url}/${elasticsearch.index})`,
    async attempt() {
      if ((await inspectIndex(elasticsearch)) === 'missing') throw new Error('it does not exist yet')
    },
  }
})
