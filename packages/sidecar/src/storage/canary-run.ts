import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder, type Space, spaceOf } from '@bluecore/volume'

/** The outcome of one run. */
export interface Answer {
  /** Duration of each completed step, in ms. */
  steps: Record<string, number>
  space?: Space
  /** The system call that failed, and its error as in errno.h. */
  failed?: { call: string; code: string }
}

const block = Buffer.alloc(4096, 'bluecore\n')
const suffix = '.canary'

/** Age after which a file left by a process that was killed between two steps is removed. */
const leftoverMs = 3_600_000

/**
 * Creates a file in the folder as durably as a server does: written, synced, renamed. Then removes it. Blocks for as long
 * as the volume does.
 * @param name unique among the processes that use the same volume
 */
export function runOnce(folder: string, name: string): Answer {
  const answer: Answer = { steps: {} }
  const temporary = join(folder, `${name}.new${suffix}`)
  const final = join(folder, `${name}${suffix}`)

  const timed = <T>(step: string, work: () => T): T => {
    const begun = performance.now()
    const result = work()
    answer.steps[step] = performance.now() - begun
    return result
  }

  try {
    makeFolder(folder)
    answer.space = spaceOf(folder)
    const file = openSync(temporary, 'w', 0o600)
    try {
      timed('write', () => writeFileSync(file, block))
      timed('fsync', () => fsyncSync(file)) // before close(), at which NFS would sync too
    } finally {
      closeSync(file)
    }
    timed('rename', () => renameSync(temporary, final))
    timed('unlink', () => unlinkSync(final))
  } catch (error) {
    answer.failed = failureOf(error)
    removeIfPossible(temporary, final)
  }
  return answer
}

/**
 * Removes files that earlier canaries left in the folder long ago. Best effort: if the volume has a problem, the next run
 * reports it.
 */
export function removeLeftovers(folder: string, now = Date.now()): void {
  try {
    const old = readdirSync(folder)
      .filter(name => name.endsWith(suffix))
      .map(name => join(folder, name))
      .filter(path => now - statSync(path).mtimeMs > leftoverMs)
    removeIfPossible(...old)
  } catch {}
}

function removeIfPossible(...paths: string[]) {
  for (const path of paths) {
    try {
      rmSync(path, { force: true })
    } catch {}
  }
}

function failureOf(error: unknown): { call: string; code: string } {
  const { syscall, code, message } = error as NodeJS.ErrnoException
  return { call: syscall ?? 'run', code: code ?? message }
}
