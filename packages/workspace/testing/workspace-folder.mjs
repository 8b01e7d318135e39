import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/**
 * A folder with these files, which is deleted after the test.
 * @param {Record<string, string | undefined>} files path → content; undefined: no such file
 * @returns {string} its path
 */
export function workspaceFolder(files) {
  const folder = mkdtempSync(join(tmpdir(), 'bluecore-workspace-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return folder
}
