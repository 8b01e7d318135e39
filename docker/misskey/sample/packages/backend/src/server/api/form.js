import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/**
 * The parameters of a call, from JSON or from a form.
 * @returns {Promise<{params: object, file?: {path: string, md5: string, size: number, name: string}}>}
 *   `file` lies in the temporary directory until `removeUpload`
 */
export async function readForm(request, takesFile) {
  if (!request.isMultipart()) return { params: object(request.body) }
  const form = { params: {} }
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') form.params[part.fieldname] = part.value
      else if (takesFile && part.fieldname === 'file') form.file = await save(part)
      else part.file.resume()
    }
    return form
  } catch (error) {
    await removeUpload(form)
    throw error
  }
}

/** Removes what an upload left in the temporary directory. */
export async function removeUpload({ file }) {
  if (file) await rm(file.path, { force: true })
}

async function save({ file: stream, filename }) {
  const path = join(tmpdir(), `upload-${randomUUID()}`)
  const md5 = createHash('md5')
  let size = 0
  stream.on('data', chunk => {
    md5.update(chunk)
    size += chunk.length
  })
  const saved = () => ({ path, md5: md5.digest('hex'), size, name: filename })
  try {
    await pipeline(stream, createWriteStream(path, { mode: 0o600, flags: 'wx' }))
    if (stream.truncated) throw tooLarge()
    return saved()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function tooLarge() {
  return Object.assign(new Error('the file is larger than 32 MiB'), { statusCode: 413 })
}

/** A call without a body, or with one that is no object, has no parameters. */
function object(body) {
  return body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {}
}
