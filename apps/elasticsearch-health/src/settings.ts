import type { Settings, SettingsSpec } from '@bluecore/sidecar'
import * as z from 'zod/mini'

const httpUrl = z
  .string()
  .check(z.refine(value => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), 'an http or https URL'))

const shape = {
  ELASTICSEARCH_URL: z._default(httpUrl, 'http://127.0.0.1:9200'),
  /** The index of notes: `index` of the section `elasticsearch` in Misskey's settings, and `_note`. */
  ELASTICSEARCH_INDEX: z._default(z.string(), 'misskey_note'),
}

export const settings: SettingsSpec<typeof shape> = { shape, secrets: [] }

export type ElasticsearchSettings = Settings<typeof shape>
