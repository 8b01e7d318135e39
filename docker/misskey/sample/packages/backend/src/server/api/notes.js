import { apiError } from '../../errors.js'
import { createNote, deleteNote, localTimeline, react, searchNotes, showNote } from '../../notes.js'

const id = { type: 'string', pattern: '^[a-zA-Z0-9]{1,32}$' }
const limit = { type: 'integer', minimum: 1, maximum: 100, default: 10 }

export const notes = [
  {
    name: 'notes/create',
    credential: true,
    limit: { max: 300, duration: 3_600_000 },
    params: {
      properties: {
        text: { type: ['string', 'null'], maxLength: 3_000, pattern: '^[^\\0]*$' }, // PostgreSQL keeps no NUL
        visibility: { enum: ['public', 'home', 'specified'], default: 'public' },
        fileIds: { type: 'array', items: id, minItems: 1, maxItems: 16, uniqueItems: true },
      },
      anyOf: [
        { properties: { text: { type: 'string', minLength: 1 } }, required: ['text'] },
        { required: ['fileIds'] },
      ],
    },
    async run(app, params, { user }) {
      return { createdNote: await createNote(app, user, params) }
    },
  },
  {
    name: 'notes/show',
    params: { properties: { noteId: id }, required: ['noteId'] },
    async run(app, { noteId }, { user }) {
      const note = await showNote(app, noteId, user)
      if (!note) throw apiError('NO_SUCH_NOTE')
      return note
    },
  },
  {
    name: 'notes/delete',
    credential: true,
    limit: { max: 300, duration: 3_600_000, minInterval: 1_000 },
    params: { properties: { noteId: id }, required: ['noteId'] },
    async run(app, { noteId }, { user }) {
      const note = await showNote(app, noteId, user)
      if (!note) throw apiError('NO_SUCH_NOTE', { id: '490be23f-8c1f-4796-819f-94cb4f9d1630' })
      if (note.userId !== user.id && !user.isAdmin)
        throw apiError('ACCESS_DENIED', { id: 'fe8d7103-0ea8-4ec3-814d-f8b401dc69e9' })
      await deleteNote(app, noteId)
    },
  },
  {
    name: 'notes/local-timeline',
    params: { properties: { limit, sinceId: id, untilId: id } },
    async run(app, params) {
      return await localTimeline(app, params)
    },
  },
  {
    name: 'notes/search',
    params: {
      properties: {
        query: { type: 'string' },
        limit,
        offset: { type: 'integer', minimum: 0, default: 0 },
        userId: { type: ['string', 'null'] },
        host: { type: ['string', 'null'] },
      },
      required: ['query'],
    },
    async run(app, params, { user }) {
      return await searchNotes(app, params, user)
    },
  },
  {
    name: 'notes/reactions/create',
    credential: true,
    params: {
      properties: { noteId: id, reaction: { type: 'string', minLength: 1, maxLength: 64 } },
      required: ['noteId', 'reaction'],
    },
    async run(app, { noteId, reaction }, { user }) {
      const note = await showNote(app, noteId, user)
      if (!note || note.isHidden)
        throw apiError('NO_SUCH_NOTE', { id: '033d0620-5bfe-4027-965d-980b0c85a3ea' })
      if (!(await react(app, user, noteId, reaction))) throw apiError('ALREADY_REACTED')
    },
  },
]
