import { randomUUID } from 'node:crypto'
import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from './ids.js'
import { imageInfo, makeThumbnail } from './images.js'
import { files } from './paths.js'

/**
 * Stores an upload. The same bytes again are the same file, unless `force`.
 * @param {{path: string, md5: string, size: number, name: string}} upload `path` is copied, not moved
 * @returns {Promise<object>} the row
 */
export async function addFile({ db, log }, user, upload, force) {
  const [known] = force ? [] : await db.query(byMd5, [user.id, upload.md5])
  if (known) return known

  const { type, width, height } = await imageInfo(upload.path)
  const accessKey = randomUUID()
  const thumbnailAccessKey = `thumbnail-${randomUUID()}`
  await copyFile(upload.path, join(files, accessKey))
  const image = { path: upload.path, width, height }
  const thumbnail = width && (await makeThumbnail(image, join(files, thumbnailAccessKey), log))
  const [added] = await db.query(insert, [
    newId(),
    user.id,
    upload.name,
    type,
    upload.md5,
    upload.size,
    thumbnail?.blurhash ?? null,
    width ? { width, height } : {},
    accessKey,
    thumbnail ? thumbnailAccessKey : null,
  ])
  return added
}

/** @returns {Promise<object[]>} rows, in no order */
export async function filesById(db, ids) {
  if (ids.length === 0) return []
  return await db.query('SELECT * FROM "drive_file" WHERE "id" = ANY($1)', [ids])
}

/** Removes the files of a user from files/; the rows go with the user. */
export async function removeFilesOf(db, userId) {
  const rows = await db.query(
    'SELECT "accessKey", "thumbnailAccessKey" FROM "drive_file" WHERE "userId" = $1',
    [userId],
  )
  const keys = rows.flatMap(row => [row.accessKey, row.thumbnailAccessKey]).filter(key => key !== null)
  await Promise.all(keys.map(key => rm(join(files, key), { force: true })))
}

/**
 * The file of a URL's key. The path is made from a key that the database holds, never from the URL.
 * @returns {Promise<{key: string, type: string} | undefined>} `key` is the name in files/
 */
export async function findByKey(db, key) {
  if (!/^[\w-]{1,64}$/.test(key)) return undefined
  const [row] = await db.query(
    'SELECT * FROM "drive_file" WHERE "accessKey" = $1 OR "thumbnailAccessKey" = $1',
    [key],
  )
  if (!row) return undefined
  if (row.accessKey === key) return { key: row.accessKey, type: row.type }
  return { key: row.thumbnailAccessKey, type: 'image/webp' }
}

/** A file as the API shows it. */
export function packFile(row, url) {
  const { id, createdAt, name, type, md5, size, blurhash, properties, accessKey, thumbnailAccessKey } = row
  return {
    id,
    createdAt,
    name,
    type,
    md5,
    size,
    isSensitive: false,
    blurhash,
    properties,
    url: `${url}/files/${accessKey}`,
    thumbnailUrl: thumbnailAccessKey && `${url}/files/${thumbnailAccessKey}`,
    comment: null,
    folderId: null,
    folder: null,
    userId: null,
    user: null,
  }
}

const byMd5 = 'SELECT * FROM "drive_file" WHERE "userId" = $1 AND "md5" = $2 ORDER BY "id" LIMIT 1'
const insert = `
  INSERT INTO "drive_file" ("id", "createdAt", "userId", "name", "type", "md5", "size", "blurhash", "properties",
    "accessKey", "thumbnailAccessKey")
  VALUES ($1, now(), $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *`
