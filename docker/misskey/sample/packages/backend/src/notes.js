import { filesById, packFile } from './drive.js'
import { newId } from './ids.js'
import { packUser } from './users.js'

/** Anything else becomes a thumb, as with Misskey. */
const emoji = /^\p{Extended_Pictographic}(\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u200d|\ufe0f)*$/u

const select = `
  SELECT note.*, "user"."username",
    (SELECT coalesce(jsonb_object_agg(reaction, count), '{}') FROM
      (SELECT reaction, count(*) FROM "note_reaction" WHERE "noteId" = note."id" GROUP BY reaction) AS counted
    ) AS reactions
  FROM "note" AS note JOIN "user" ON "user"."id" = note."userId"`

/**
 * Stores a note, notifies every instance and adds it to the search.
 * Of `fileIds`, those that are not the user's own are left out, as Misskey does.
 * @returns {Promise<object>} the note as the API shows it
 */
export async function createNote({ config, db, events, search }, user, { text, visibility, fileIds = [] }) {
  const files = (await filesById(db, fileIds)).filter(file => file.userId === user.id)
  const row = {
    id: newId(),
    createdAt: new Date(),
    userId: user.id,
    text: text ?? null,
    visibility,
    fileIds: files.map(file => file.id),
  }
  await db.query(
    `INSERT INTO "note" ("id", "createdAt", "userId", "text", "visibility", "fileIds")
     VALUES ($1, $2, $3, $4, $5, $6)`,
    Object.values(row),
  )
  const note = pack({ ...row, username: user.username, reactions: {} }, files, config.url)
  events.publish({ type: 'note', note })
  if (row.text) search?.add(row)
  return note
}

/** @returns {Promise<object | undefined>} the note as the viewer may see it */
export async function showNote(app, id, viewer) {
  const [note] = await read(app, 'WHERE note."id" = $1', [id])
  return note && seenBy(viewer, note)
}

/** Removes a note and notifies every instance. As with Misskey it stays in the search's index, and is not found there. */
export async function deleteNote({ db, events }, id) {
  await db.query('DELETE FROM "note" WHERE "id" = $1', [id])
  events.publish({ type: 'deleted', noteId: id, body: { deletedAt: new Date() } })
}

/** Other users see a private note without its content. */
function seenBy(viewer, note) {
  if (note.visibility !== 'specified' || note.userId === viewer?.id) return note
  return { ...note, text: null, fileIds: [], files: [], isHidden: true }
}

/** @returns {Promise<object[]>} public notes, newest first; as with Misskey, oldest first if only `sinceId` is given */
export async function localTimeline(app, { limit, sinceId, untilId }) {
  const order = sinceId && !untilId ? 'ASC' : 'DESC'
  return await read(
    app,
    `WHERE note."visibility" = 'public' AND ($2::text IS NULL OR note."id" > $2) AND ($3::text IS NULL OR note."id" < $3)
     ORDER BY note."id" ${order} LIMIT $1`,
    [limit, sinceId ?? null, untilId ?? null],
  )
}

/** Searches with Elasticsearch, or in the database if no Elasticsearch is set. @returns {Promise<object[]>} newest first */
export async function searchNotes(app, wanted, viewer) {
  return (await findNotes(app, wanted)).map(note => seenBy(viewer, note))
}

async function findNotes(app, wanted) {
  if (app.search) {
    const ids = await app.search.find(wanted)
    if (ids.length === 0) return []
    return await read(app, 'WHERE note."id" = ANY($1) ORDER BY note."id" DESC', [ids])
  }
  const { query, limit, offset, userId } = wanted
  return await read(
    app,
    `WHERE $1 <> '' AND strpos(lower(note."text"), lower($1)) > 0 AND ($2::text IS NULL OR note."userId" = $2)
     ORDER BY note."id" DESC LIMIT $3 OFFSET $4`,
    [query, userId ?? null, limit, offset],
  )
}

/**
 * Adds a user's reaction, in place of an earlier one, and notifies every instance.
 * @returns {Promise<boolean>} false if the user had reacted so before
 */
export async function react({ db, events }, user, noteId, wanted) {
  const reaction = emoji.test(wanted) ? wanted : '👍'
  const { added, removed } = await db.transaction(async query => {
    const [removed] = await query(
      'DELETE FROM "note_reaction" WHERE "noteId" = $1 AND "userId" = $2 AND "reaction" <> $3 RETURNING "reaction"',
      [noteId, user.id, reaction],
    )
    const [added] = await query(
      `INSERT INTO "note_reaction" ("noteId", "userId", "createdAt", "reaction") VALUES ($1, $2, now(), $3)
       ON CONFLICT DO NOTHING RETURNING "noteId"`,
      [noteId, user.id, reaction],
    )
    return { added, removed }
  })
  const tell = (type, body) => events.publish({ type, noteId, body: { ...body, userId: user.id } })
  if (removed) tell('unreacted', { reaction: removed.reaction })
  if (added) tell('reacted', { reaction, emoji: null })
  return added !== undefined
}

async function read({ config, db }, condition, values) {
  const rows = await db.query(`${select} ${condition}`, values)
  const ids = rows.flatMap(row => row.fileIds)
  const files = await filesById(db, ids)
  return rows.map(row => pack(row, files, config.url))
}

function pack(row, files, url) {
  const { id, createdAt, userId, username, text, visibility, fileIds, reactions } = row
  return {
    id,
    createdAt,
    userId,
    user: packUser({ id: userId, username }),
    text,
    cw: null,
    visibility,
    renoteCount: 0,
    repliesCount: 0,
    reactions,
    emojis: [],
    fileIds,
    files: fileIds
      .flatMap(wanted => files.filter(file => file.id === wanted))
      .map(file => packFile(file, url)),
    replyId: null,
    renoteId: null,
  }
}
