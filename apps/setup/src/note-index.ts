import { type IndexDefinition, noteIndex, noteIndexDifferences } from '@bluecore/note-index'
import type { Elasticsearch } from './elasticsearch.js'
import { PermanentError } from './errors.js'

/**
 * Looks at the index (or at all indices behind an alias).
 * @throws PermanentError when its definition is wrong; an Error when the server does not answer
 */
export async function inspectIndex({ ask, index }: Elasticsearch): Promise<'missing' | 'right'> {
  const { statusCode, body } = await ask<Record<string, IndexDefinition>>(client =>
    client.indices.get({ index }, { ignore: [404] }),
  )
  if (statusCode === 404) return 'missing'
  const wrong = Object.values(body).flatMap(noteIndexDifferences)
  if (wrong.length === 0) return 'right'
  throw new PermanentError(
    `The index ${index} exists, but Misskey's search would miss notes in it: ${wrong.join('; ')}.\n` +
      `Stop Misskey, copy the index (POST _reindex from ${index} to ${index}-old), delete it (DELETE /${index}), ` +
      `run "setup search-index" again, and copy the notes back (POST _reindex from ${index}-old to ${index}).`,
  )
}

/**
 * A busy server takes longer than for other requests. As long as it waits itself, so that its answer is seen:
 * https://www.elastic.co/guide/en/elasticsearch/reference/7.4/indices-create-index.html (`timeout`).
 */
const createTimeoutMs = 30_000

/** Creates the index unless it exists. Several may do so at once: one creates it, the others find it. */
export async function ensureIndex(elasticsearch: Elasticsearch): Promise<'created' | 'kept'> {
  if ((await inspectIndex(elasticsearch)) === 'right') return 'kept'
  const { index } = elasticsearch
  try {
    await elasticsearch.ask(client =>
      client.indices.create({ index, body: noteIndex }, { requestTimeout: createTimeoutMs }),
    )
    return 'created'
  } catch (error) {
    // Refused because another process was quicker? Only then does it exist now, and is right.
    if ((await inspectIndex(elasticsearch)) === 'right') return 'kept'
    throw error
  }
}
