import { port, type Settings, type SettingsSpec } from '@bluecore/sidecar'
import * as z from 'zod/mini'

const shape = {
  REDIS_HOST: z._default(z.string(), '127.0.0.1'),
  REDIS_PORT: z._default(port(), 6379),
  /** A Redis without requirepass wants none. */
  REDIS_PASSWORD: z.optional(z.string()),
}

export const settings: SettingsSpec<typeof shape> = { shape, secrets: ['REDIS_PASSWORD'] }

export type RedisSettings = Settings<typeof shape>
