import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Everything that is tried, in this order, by the name that messages use. */
const steps = [
  'owner',
  'free space',
  'write',
  'fsync',
  'hard link',
  'rename',
  'read back',
  'speed',
  'remove',
] as const
export type Step = (typeof steps)[number]

/** Why a step did not work: the system call, and the error as in errno.h or a sentence. */
export interface Failure {
  call?: string
  code: string
}

/** What was seen so far. */
export interface Seen {
  /** The step that has begun; absent when all are over. */
  doing?: Step | undefined
  done: Step[]
  failed: Partial<Record<Step, Failure>>
  /** The folder that is mounted. */
  folder?: { uid: number; gid: number; mode: number }
  /** Of a file that was made there. */
  file?: { uid: number; gid: number }
  /** In bytes and in files. A file system that does not count its files has 0 of 0. */
  space?: { free: number; size: number; freeFiles: number; files: number }
  /** Whether there is something of a server already. */
  holdsData?: boolean
  /** How long each write with its fsync took, in ms. */
  syncMs: number[]
}

/** A folder for each run, since several pods may try the same volume at once. */
const prefix = '.bluecore-storage-'
const leftoverMs = 24 * 3_600_000
const block = randomBytes(4096)
const syncs = 20
/** A NAS that is slow is not one that hangs. */
const syncsLimitMs = 10_000

/**
 * Tries what servers do with a volume, in a folder of its own that is removed at the end. Blocks for as long as the volume
 * does, and perhaps no signal ends that: to be run in a process that nobody waits for.
 * @param path where the volume is mounted
 * @param tell is told before each step and at the end; must not throw
 */
export function probe(path: string, tell: (seen: Seen) => void): void {
  const seen: Seen = { done: [], failed: {}, syncMs: [] }
  const own = join(path, `${prefix}${hostname()}.${process.pid}.${randomBytes(4).toString('hex')}`)
  const [file, linked, target] = [join(own, 'file'), join(own, 'linked'), join(own, 'target')]

  function works(step: Step, work: () => void): boolean {
    seen.doing = step
    tell(seen)
    try {
      work()
      seen.done.push(step)
      return true
    } catch (error) {
      seen.failed[step] = failureOf(error)
      return false
    }
  }

  works('owner', () => {
    const { uid, gid, mode } = statSync(path)
    seen.folder = { uid, gid, mode: mode & 0o7777 }
  })
  works('free space', () => {
    const { bsize, bavail, blocks, ffree, files } = statfsSync(path)
    seen.space = { free: bavail * bsize, size: blocks * bsize, freeFiles: ffree, files }
  })
  lookInside(path, seen)

  const isMade = works('write', () => {
    mkdirSync(own, { mode: 0o700 })
    writeFileSync(file, block, { flag: 'wx', mode: 0o600 })
    const { uid, gid } = statSync(file)
    seen.file = { uid, gid }
  })
  if (isMade) {
    works('fsync', () => writeSynced(target))
    works('hard link', () => {
      linkSync(file, linked)
      unlinkSync(linked)
    })
    works('rename', () => renameSync(file, target))
    works('read back', () => {
      if (!readFileSync(seen.failed.rename ? file : target).equals(block))
        throw new Error('what was read is not what was written')
    })
    if (!seen.failed.fsync)
      works('speed', () => {
        const late = performance.now() + syncsLimitMs
        for (let i = 0; i < syncs && performance.now() < late; i++)
          seen.syncMs.push(writeSynced(join(own, `speed${i}`)))
      })
  }
  if (existsSync(own)) works('remove', () => removeFolder(own))
  seen.doing = undefined
  tell(seen)
}

/** @returns how long it took, in ms */
function writeSynced(path: string): number {
  const begun = performance.now()
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, block)
    fsyncSync(file) // before the closing, at which NFS would sync too
  } finally {
    closeSync(file)
  }
  return performance.now() - begun
}

/** Is a server's data there, and what did a run leave that was killed long ago? A folder that cannot be read tells neither. */
function lookInside(path: string, seen: Seen) {
  try {
    const names = readdirSync(path)
    seen.holdsData = names.some(isData)
    for (const name of names.filter(name => name.startsWith(prefix))) {
      const folder = join(path, name)
      if (Date.now() - statSync(folder).mtimeMs > leftoverMs) rmSync(folder, { recursive: true })
    }
  } catch {}
}

/** Neither of the file system, nor of the NAS (`.snapshot`, `@eaDir`, `#recycle`), nor of a health sidecar or this one. */
function isData(name: string): boolean {
  return !/^[.@#]/.test(name) && name !== 'lost+found'
}

function removeFolder(folder: string) {
  for (const name of readdirSync(folder)) unlinkSync(join(folder, name))
  rmdirSync(folder)
}

function failureOf(error: unknown): Failure {
  const { syscall, code, message } = error as NodeJS.ErrnoException
  return { ...(syscall && { call: syscall }), code: code ?? message }
}
