import { describe, expect, test } from 'vitest'
import { call, deleteNote, type Note, postNote, searchNotes } from './client.js'
import { type Instances, uniqueWord } from './instances.js'

/** Elasticsearch shows a new note after its refresh, once a second. */
const seenWithinMs = 10_000

export function testSearch({ url, token }: Instances): void {
  /** Searches until these notes, and no others, are found. */
  async function found(notes: readonly Note[], query: string, more: object = {}) {
    const ids = async () => (await searchNotes(url(), query, more)).map(note => note.id)
    await expect.poll(ids, { timeout: seenWithinMs, interval: 100 }).toEqual(notes.map(note => note.id))
  }

  describe('search', () => {
    test('finds a part of a word, in letters and in kanji, in any case of letters', async () => {
      const word = uniqueWord()
      const note = await postNote(url(), token(), `Kubernetes と東京の天気 ${word.toUpperCase()}`)
      await found([note], `${word} kube`)
      await found([note], `${word} 東京`)
      await found([note], `${word} 天気`)
      await found([note], word.slice(1, -1))
    })

    test('does not find kanji in another order: the index has the ngram analyzer', async () => {
      const word = uniqueWord()
      const note = await postNote(url(), token(), `東京の天気 ${word}`)
      await found([note], `${word} 東京`)
      expect(await searchNotes(url(), `${word} 京東`)).toEqual([])
    })

    test('matches every word, newest first', async () => {
      const word = uniqueWord()
      const rain = await postNote(url(), token(), `雨の大阪 ${word}`)
      const sun = await postNote(url(), token(), `晴れの大阪 ${word}`)
      await found([sun, rain], `大阪 ${word}`)
      await found([sun], `大阪 晴れ ${word}`)
      expect(await searchNotes(url(), `大阪 ${word}`, { limit: 1 })).toHaveLength(1)
      expect(await searchNotes(url(), `大阪 雪 ${word}`)).toEqual([])
    })

    test('can be narrowed to a user or to this server', async () => {
      const word = uniqueWord()
      const note = await postNote(url(), token(), word)
      await found([note], word, { userId: note.userId })
      await found([note], word, { host: null })
      expect(await searchNotes(url(), word, { userId: 'somebody' })).toEqual([])
      expect(await searchNotes(url(), word, { host: 'elsewhere.example' })).toEqual([])
    })

    test('finds a note with no recipients for its author; to others it is empty', async () => {
      const word = uniqueWord()
      const note = await postNote(url(), token(), word, { visibility: 'specified' })
      await found([note], word, { i: token() })
      expect(await searchNotes(url(), word, { i: token() })).toMatchObject([{ text: word }])
      expect(await searchNotes(url(), word)).toMatchObject([{ text: null, isHidden: true }])
    })

    test('finds no note that was deleted', async () => {
      const word = uniqueWord()
      const kept = await postNote(url(), token(), word)
      const note = await postNote(url(), token(), word)
      await found([note, kept], word)
      await expect
        .poll(() => deleteNote(url(), token(), note.id), { timeout: 5_000, interval: 1_100 })
        .toBeUndefined()
      await found([kept], word)
    })

    test('finds nothing for an empty query and refuses none', async () => {
      expect(await searchNotes(url(), '')).toEqual([])
      expect(await call(url(), 'notes/search', {})).toMatchObject({
        status: 400,
        body: { error: { code: 'INVALID_PARAM' } },
      })
    })
  })
}
