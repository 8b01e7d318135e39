import { mkdirSync } from 'node:fs'

/**
 * Makes a folder of our own on a volume, unless it is there. Not recursively: a missing parent means that the volume is not
 * mounted.
 * @throws Error of mkdir(2), such as ENOENT
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}
