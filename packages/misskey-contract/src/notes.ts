import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { call, deleteNote, localTimeline, postNote, react, showNote } from './client.js'
import { type Instances, uniqueWord } from './instances.js'

export function testNotes({ url, token }: Instances): void {
  describe('notes', () => {
    test('a note is answered as it is kept, and shown by another instance', async () => {
      const text = `東京の天気 ${uniqueWord()}`
      const note = await postNote(url(), token(), text)
      expect(note).toMatchObject({
        id: expect.any(String),
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        userId: note.user.id,
        user: { username: expect.any(String), host: null },
        text,
        cw: null,
        visibility: 'public',
        renoteCount: 0,
        repliesCount: 0,
        reactions: {},
        fileIds: [],
        files: [],
        replyId: null,
        renoteId: null,
      })
      expect(await showNote(url(), note.id)).toMatchObject({ id: note.id, text, createdAt: note.createdAt })
    })

    test('a note needs a valid token', async () => {
      expect(await call(url(), 'notes/create', { text: 'x' })).toMatchObject({
        status: 401,
        body: { error: { code: 'CREDENTIAL_REQUIRED', kind: 'client' } },
      })
      expect(await call(url(), 'notes/create', { i: 'wrong', text: 'x' })).toMatchObject({
        status: 403,
        body: { error: { code: 'AUTHENTICATION_FAILED' } },
      })
    })

    test('an empty note is refused', async () => {
      expect(await call(url(), 'notes/create', { i: token() })).toMatchObject({
        status: 400,
        body: {
          error: {
            message: expect.any(String),
            code: 'INVALID_PARAM',
            id: '3d81ceae-475f-4600-b2a8-2bc116157532',
            kind: 'client',
            info: { param: expect.any(String), reason: expect.any(String) },
          },
        },
      })
    })

    test('a note with no recipients is shown to its author; to others it is empty', async () => {
      const text = uniqueWord()
      const { id } = await postNote(url(), token(), text, { visibility: 'specified' })
      expect(await showNote(url(), id, { i: token() })).toMatchObject({ text, visibility: 'specified' })
      expect(await showNote(url(), id)).toMatchObject({ text: null, isHidden: true })
      expect((await localTimeline(url(), { limit: 10 })).map(note => note.id)).not.toContain(id)
    })

    test('a note that was deleted is gone', async () => {
      const { id } = await postNote(url(), token(), uniqueWord())
      await deleteNote(url(), token(), id)
      const gone = { status: 400, body: { error: { code: 'NO_SUCH_NOTE' } } }
      expect(await call(url(), 'notes/show', { noteId: id })).toMatchObject(gone)
      await pause(1_100) // one deletion a second is allowed
      expect(await call(url(), 'notes/delete', { i: token(), noteId: id })).toMatchObject({
        status: 400,
        body: { error: { code: 'NO_SUCH_NOTE', id: '490be23f-8c1f-4796-819f-94cb4f9d1630' } },
      })
    })

    test('an unknown note is an error', async () => {
      expect(await call(url(), 'notes/show', { noteId: 'unknown' })).toMatchObject({
        status: 400,
        body: { error: { code: 'NO_SUCH_NOTE', id: '24fcbfc6-2e37-42b6-8388-c29b3861a08d' } },
      })
    })
  })

  describe('the local timeline', () => {
    test('has the newest notes first, whichever instance made them', async () => {
      const made: string[] = []
      for (let i = 0; i < 4; i++) made.unshift((await postNote(url(), token(), uniqueWord())).id)
      const ids = (await localTimeline(url(), { limit: 4 })).map(note => note.id)
      expect(ids).toEqual(made)

      const [newest, , third, oldest] = made
      const between = await localTimeline(url(), { sinceId: oldest, untilId: newest })
      expect(between.map(note => note.id)).toEqual(made.slice(1, 3))
      const before = await localTimeline(url(), { limit: 1, untilId: third })
      expect(before.map(note => note.id)).toEqual([oldest])
    })

    test('gives ten notes unless asked for another number', async () => {
      for (let i = 0; i < 10; i++) await postNote(url(), token(), uniqueWord())
      expect(await localTimeline(url())).toHaveLength(10)
      expect(await call(url(), 'notes/local-timeline', { limit: 'x' })).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_PARAM' } },
      })
      expect((await call(url(), 'notes/local-timeline', { limit: 101 })).status).toBe(400)
    })
  })

  describe('reactions', () => {
    test('are counted; the same one again is refused, another one takes its place', async () => {
      const { id } = await postNote(url(), token(), uniqueWord())
      const reaction = { i: token(), noteId: id, reaction: '👍' }
      expect(await call(url(), 'notes/reactions/create', reaction)).toEqual({ status: 204, body: undefined })
      expect((await showNote(url(), id)).reactions).toEqual({ '👍': 1 })
      expect(await call(url(), 'notes/reactions/create', reaction)).toMatchObject({
        status: 400,
        body: { error: { code: 'ALREADY_REACTED' } },
      })
      await react(url(), token(), id, '🎉')
      expect((await showNote(url(), id)).reactions).toEqual({ '🎉': 1 })
    })

    test('need a note', async () => {
      const reaction = { i: token(), noteId: 'unknown', reaction: '👍' }
      expect(await call(url(), 'notes/reactions/create', reaction)).toMatchObject({
        status: 400,
        body: { error: { code: 'NO_SUCH_NOTE', id: '033d0620-5bfe-4027-965d-980b0c85a3ea' } },
      })
    })
  })
}
