import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import yauzl from 'yauzl'

/**
 * Unpacks an executable.
 * @param {string} archive a zip file
 * @param {string} member path of the executable in it
 * @param {string} target file to write
 */
export async function unpack(archive, member, target) {
  const zip = await yauzl.openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName !== member) continue
    return await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }))
  }
  throw new Error(`${archive} does not contain ${member}`)
}
