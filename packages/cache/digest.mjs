import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

export function digestOf(paths, ...texts) {
  const hash = createHash('sha256')
  for (const path of paths) {
    const isFolder = statSync(path).isDirectory()
    for (const file of isFolder ? filesBelow(path) : [path]) {
      hash
        .update(`${isFolder ? relative(path, file) : ''}\0`)
        .update(readFileSync(file))
        .update('\0')
    }
  }
  for (const text of texts) hash.update(text).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** All files below a folder that affect what is made of it, sorted. */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/_test\.go$|\.md$/.test(path))
    .sort()
}
