import { port, type Settings, type SettingsSpec } from '@bluecore/settings'
import * as z from 'zod/mini'

const shape = {
  REDIS_HOST: z._default(z.string(), '127.0.0.1'),
  REDIS_PORT: z._default(port(), 6379),
  /** Not needed by a Redis without requirepass. */
  REDIS_PASSWORD: z.optional(z.string()),
}

export const settings: SettingsSpec<typeof shape> = { shape, secrets: ['REDIS_PASSWORD'] }

export type RedisSettings = Settings<typeof shape>
