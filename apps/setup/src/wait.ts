import { SettingsError } from './failure.js'
import { type Environment, settingsFrom } from './settings.js'
import { elasticsearch, searchIndex } from './targets/elasticsearch.js'
import { migrations, postgres } from './targets/postgres.js'
import { redis } from './targets/redis.js'
import type { TargetFrom } from './targets/target.js'
import { patienceFrom, until } from './until.js'

/** Everything that can be waited for. */
export const targets: Readonly<Record<string, TargetFrom>> = {
  postgres,
  redis,
  elasticsearch,
  'search-index': searchIndex,
  migrations,
}

/**
 * Waits for all of them at once and says which is missing and why.
 * @throws SettingsError for an unknown name or a bad setting, the first Refusal, or an Error when the time is up
 */
export async function wait(names: readonly string[], env: Environment): Promise<void> {
  const unknown = names.filter(name => !Object.hasOwn(targets, name))
  if (unknown.length > 0) {
    throw new SettingsError([
      `cannot wait for ${unknown.join(', ')}; known: ${Object.keys(targets).join(', ')}`,
    ])
  }
  const settings = settingsFrom(env)
  const chosen = names.map(name => targets[name]?.(settings)).filter(target => target !== undefined)
  const patience = patienceFrom(settings)
  settings.check()

  const others = new AbortController()
  try {
    await Promise.all(
      chosen.map(async target => {
        await until(target.goal, target.attempt, { ...patience, signal: others.signal })
        console.log(`${target.goal} is ready`)
      }),
    )
  } finally {
    others.abort()
  }
}
