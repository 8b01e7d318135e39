import { type Environment, readSettings } from '@bluecore/settings'
import { connect, elasticsearchShape } from './elasticsearch.js'
import { ensureIndex } from './note-index.js'
import { retry, timeoutMs, waitShape } from './retry.js'

/** Creates the index of notes when it is missing; an index with a wrong definition is reported, never changed. */
export async function searchIndex(env: Environment): Promise<void> {
  const settings = readSettings({ shape: { ...elasticsearchShape, ...waitShape }, secrets: [] }, env)
  const elasticsearch = connect(settings)
  const { url, index } = elasticsearch
  const ensure = () => ensureIndex(elasticsearch)
  const outcome = await retry(`elasticsearch (${url})`, ensure, { timeoutMs: timeoutMs(settings) })
  console.log(outcome === 'created' ? `created the index ${index}` : `the index ${index} already exists`)
}
