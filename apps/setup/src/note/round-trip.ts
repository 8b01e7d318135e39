import { randomBytes } from 'node:crypto'
import {
  CallError,
  deleteNote,
  type Note,
  postNote,
  searchNotes,
  showNote,
} from '@bluecore/misskey-contract/client'
import { Refusal } from '../failure.js'
import { until } from '../until.js'
import { final } from './final.js'
import type { Made } from './note.js'
import { timed } from './timed.js'

/** Elasticsearch shows a new note after its refresh, once a second. */
const searchPatience = { timeoutMs: 30_000, everyMs: 1_000, say: () => {} }

/** Misskey allows one deletion a second. */
const deletePatience = { timeoutMs: 15_000, everyMs: 1_500, say: () => {} }

/**
 * Posts a note, finds, reads and deletes it.
 * @param token of the author, an app's with write:notes is enough
 * @param made gets the note until it is deleted
 */
export async function roundTrip(url: string, token: string, made: Made[]): Promise<void> {
  const word = `w${randomBytes(8).toString('hex')}`
  const text = `東京の天気を見ています (setup note) ${word}`
  // For nobody: it is in the search's index all the same, and only its author reads it. Not tried again: there might be two.
  const posted = await timed('posted a note for nobody else', () =>
    final(postNote(url, token, text, { visibility: 'specified' })),
  )
  const { id, userId } = posted
  made.push({ name: `the note ${id}`, remove: () => removed(deleteNote(url, token, id)) })

  // A part of the word: only Misskey's own index, which setup search-index makes, finds that.
  const query = `東京 ${word.slice(1)}`
  await timed(`found it by searching for "${query}"`, () =>
    until(
      `the search for "${query}" to find the note; it needs Elasticsearch and the index of setup search-index`,
      () => final(find(url, query, { userId, i: token }, posted)),
      searchPatience,
    ),
  )
  await timed('read it', async () => {
    const read = await final(showNote(url, id, { i: token }))
    if (read.text !== text)
      throw new Refusal(`the note ${id} was "${text}" and is read as ${JSON.stringify(read.text)}`)
  })
  await timed('deleted it', async () => {
    await until('the note to be deleted', () => final(removed(deleteNote(url, token, id))), deletePatience)
    made.pop()
    if (await isThere(url, id)) throw new Refusal(`the note ${id} was deleted and is still there`)
  })
}

async function find(url: string, query: string, more: object, { id }: Note): Promise<void> {
  const notes = await searchNotes(url, query, more)
  if (!notes.some(note => note.id === id)) throw new Error(`it finds ${notes.length} notes, not this one`)
}

/** A deletion whose answer was lost has been done. */
async function removed(deletion: Promise<void>): Promise<void> {
  await deletion.catch(error => {
    if (!isGone(error)) throw error
  })
}

async function isThere(url: string, id: string): Promise<boolean> {
  try {
    await showNote(url, id)
    return true
  } catch (error) {
    if (isGone(error)) return false
    throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof CallError && error.code === 'NO_SUCH_NOTE'
}
