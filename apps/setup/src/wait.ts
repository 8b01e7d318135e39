import { type Environment, readSettings, SettingsError } from '@bluecore/settings'
import { retry, timeoutMs, waitShape } from './retry.js'
import { elasticsearch, searchIndex } from './targets/elasticsearch.js'
import { migrations, postgres } from './targets/postgres.js'
import { redis } from './targets/redis.js'
import type { TargetKind } from './targets/target.js'

/** Everything that can be waited for. */
export const targets: Readonly<Record<string, TargetKind>> = {
  postgres,
  redis,
  elasticsearch,
  'search-index': searchIndex,
  migrations,
}

/**
 * Waits for all of them at once and logs which is missing and why.
 * @throws SettingsError for an unknown name or an invalid setting, the first PermanentError, or an Error on timeout
 */
export async function wait(names: readonly string[], env: Environment): Promise<void> {
  const unknown = names.filter(name => !Object.hasOwn(targets, name))
  if (unknown.length > 0) {
    throw new SettingsError([
      `cannot wait for ${unknown.join(', ')}; known: ${Object.keys(targets).join(', ')}`,
    ])
  }
  const kinds = names.flatMap(name => targets[name] ?? [])
  const shape = Object.assign({}, ...kinds.map(kind => kind.shape), waitShape) as typeof waitShape
  const settings = readSettings({ shape, secrets: kinds.flatMap(({ secrets }) => secrets) as never[] }, env)

  const others = new AbortController()
  try {
    await Promise.all(
      kinds.map(async kind => {
        const target = kind.create(settings)
        await retry(target.goal, target.attempt, { timeoutMs: timeoutMs(settings), signal: others.signal })
        console.log(`${target.goal} is ready`)
      }),
    )
  } finally {
    others.abort()
  }
}
