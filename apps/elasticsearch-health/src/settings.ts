import { defaultNoteIndex } from '@bluecore/note-index'
import { httpUrl, type Settings, type SettingsSpec } from '@bluecore/settings'
import * as z from 'zod/mini'

const shape = {
  ELASTICSEARCH_URL: z._default(httpUrl(), 'http://127.0.0.1:9200'),
  /** The index of notes: `index` of the section `elasticsearch` in Misskey's settings, and `_note`. */
  ELASTICSEARCH_INDEX: z._default(z.string(), defaultNoteIndex),
}

export const settings: SettingsSpec<typeof shape> = { shape, secrets: [] }

export type ElasticsearchSettings = Settings<typeof shape>
