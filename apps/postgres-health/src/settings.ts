import { port, type Settings, type SettingsSpec } from '@bluecore/settings'
import * as z from 'zod/mini'

const shape = {
  POSTGRES_HOST: z._default(z.string(), '127.0.0.1'),
  POSTGRES_PORT: z._default(port(), 5432),
  POSTGRES_USER: z._default(z.string(), 'health'),
  POSTGRES_PASSWORD: z.string(),
  POSTGRES_DB: z._default(z.string(), 'misskey'),
}

export const settings: SettingsSpec<typeof shape> = { shape, secrets: ['POSTGRES_PASSWORD'] }

export type PostgresSettings = Settings<typeof shape>
