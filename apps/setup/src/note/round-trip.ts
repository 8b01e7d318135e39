import { randomBytes } from 'node:crypto'
import {
  CallError,
  deleteNote,
  type Note,
  postNote,
  searchNotes,
  showNote,
} from '@bluecore/misskey-contract/client'
import { PermanentError } from '../errors.js'
import { retry } from '../retry.js'
import type { Cleanup } from './cleanup.js'
import { logDuration } from './log-duration.js'
import { permanentIfRejected } from './misskey-errors.js'

/** Elasticsearch shows a new note after its refresh, once a second. */
const searchRetry = { timeoutMs: 30_000, everyMs: 1_000, log: () => {} }

/** Misskey allows one deletion a second. */
const deleteRetry = { timeoutMs: 15_000, everyMs: 1_500, log: () => {} }

/**
 * Posts a note, finds, reads and deletes it.
 * @param token of the author, an app's with write:notes is enough
 * @param cleanups gets the note until it is deleted
 */
export async function roundTrip(url: string, token: string, cleanups: Cleanup[]): Promise<void> {
  const word = `w${randomBytes(8).toString('hex')}`
  const text = `東京の天気を見ています (setup note) ${word}`
  // Visible to nobody else: it is indexed all the same, and only its author can read it. Not retried: that might post two.
  const posted = await logDuration('posted a note that only its author can see', () =>
    permanentIfRejected(postNote(url, token, text, { visibility: 'specified' })),
  )
  const { id, userId } = posted
  cleanups.push({ name: `the note ${id}`, remove: () => removed(deleteNote(url, token, id)) })

  // A part of a word: only the index that setup search-index creates finds it.
  const query = `東京 ${word.slice(1)}`
  await logDuration(`found it by searching for "${query}"`, () =>
    retry(
      `the search for "${query}" to find the note, which needs Elasticsearch and the index of setup search-index`,
      () => permanentIfRejected(find(url, query, { userId, i: token }, posted)),
      searchRetry,
    ),
  )
  await logDuration('read it', async () => {
    const read = await permanentIfRejected(showNote(url, id, { i: token }))
    if (read.text !== text)
      throw new PermanentError(
        `the note ${id} was posted as "${text}" and is returned as ${JSON.stringify(read.text)}`,
      )
  })
  await logDuration('deleted it', async () => {
    await retry(
      'the note to be deleted',
      () => permanentIfRejected(removed(deleteNote(url, token, id))),
      deleteRetry,
    )
    cleanups.pop()
    if (await exists(url, id)) throw new PermanentError(`the note ${id} was deleted but still exists`)
  })
}

async function find(url: string, query: string, more: object, { id }: Note): Promise<void> {
  const notes = await searchNotes(url, query, more)
  if (!notes.some(note => note.id === id)) throw new Error(`it finds ${notes.length} notes, but not this one`)
}

/** A deletion whose response was lost has been done: the note is gone at the next attempt. */
async function removed(deletion: Promise<void>): Promise<void> {
  await deletion.catch(error => {
    if (!isGone(error)) throw error
  })
}

async function exists(url: string, id: string): Promise<boolean> {
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
