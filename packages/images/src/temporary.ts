import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const left = new Set<() => void>()
process.on('exit', () => {
  for (const cleanUp of left) cleanUp()
})

/**
 * Has something cleaned up even if this process exits before `work` has ended, after a signal for instance.
 * @param cleanUp what then happens; synchronous
 */
export async function cleanedUp<T>(cleanUp: () => void, work: () => Promise<T>): Promise<T> {
  left.add(cleanUp)
  try {
    return await work()
  } finally {
    left.delete(cleanUp)
  }
}

/** Has a folder removed when this process exits. */
export function removeAtExit(folder: string): void {
  left.add(() => rmSync(folder, { recursive: true, force: true }))
}

/** A folder for as long as `work` takes. @param parent where it is made: below TMPDIR by default */
export async function withTemporary<T>(work: (folder: string) => Promise<T>, parent = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(parent, '.bluecore-images-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return await cleanedUp(remove, async () => {
    try {
      return await work(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
}
