import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

/** All files below a folder that go into what is made of it, sorted: no tests, no texts. */
function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !/_test\.go$|\.md$/.test(path))
    .sort()
}

/**
 * Name made of its inputs: the same bytes give the same name, on any machine.
 * @param paths files, or folders whose files all count
 * @param texts further inputs: versions, flags
 * @returns 16 hexadecimal digits
 */
export function digestOf(paths: readonly string[], ...texts: string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const isDir = statSync(path).isDirectory()
    for (const file of isDir ? filesBelow(path) : [path]) {
      hash
        .update(`${isDir ? relative(path, file) : ''}\0`)
        .update(readFileSync(file))
        .update('\0')
    }
  }
  for (const text of texts) hash.update(text).update('\0')
  return hash.digest('hex').slice(0, 16)
}
