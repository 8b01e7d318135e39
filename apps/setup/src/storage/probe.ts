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
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type Claim, leaseFolder, newestClaim } from '@bluecore/lease'
import { isData, type Space, spaceOf } from '@bluecore/volume'

/** The steps in their order, by the names that messages use. */
const steps = [
  'owner',
  'lease',
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

/** Why a step failed: the system call, and the error as in errno.h or a sentence. */
export interface Failure {
  call?: string
  code: string
}

/** The state of the probe. */
export interface Seen {
  /** The step in progress; absent at the end. */
  doing?: Step | undefined
  done: Step[]
  failed: Partial<Record<Step, Failure>>
  /** The folder that is mounted. */
  folder?: { uid: number; gid: number; mode: number }
  /** Of a file that was created there. */
  file?: { uid: number; gid: number }
  space?: Space
  /** Whether a server's data is there. */
  holdsData?: boolean
  /** Of the release whose volume it is. */
  claim?: Claim
  /** How long each write with its fsync took, in ms. */
  syncMs: number[]
}

/** A folder for each run: several pods may probe the same volume at once. */
const prefix = '.bluecore-storage-'
const leftoverMs = 24 * 3_600_000
const block = randomBytes(4096)
const syncs = 20
/** A slow NAS is not a hung one. */
const syncsLimitMs = 10_000

/**
 * Tries the file operations of servers, in a folder of its own that is removed at the end. Blocks for as long as the volume
 * does, perhaps without reacting to signals: run it in a process that nobody waits for.
 * @param path where the volume is mounted
 * @param report called before each step and at the end; must not throw
 */
export function probe(path: string, report: (seen: Seen) => void): void {
  const seen: Seen = { done: [], failed: {}, syncMs: [] }
  const own = join(path, `${prefix}${hostname()}.${process.pid}.${randomBytes(4).toString('hex')}`)
  const [file, linked, target] = [join(own, 'file'), join(own, 'linked'), join(own, 'target')]

  function works(step: Step, work: () => void): boolean {
    seen.doing = step
    report(seen)
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
  works('lease', () => {
    const claim = newestClaim(join(path, leaseFolder))
    if (claim) seen.claim = claim
  })
  works('free space', () => {
    seen.space = spaceOf(path)
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
        throw new Error('the data read is not the data written')
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
  report(seen)
}

/** @returns how long it took, in ms */
function writeSynced(path: string): number {
  const begun = performance.now()
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, block)
    fsyncSync(file) // before close(), at which NFS would sync too
  } finally {
    closeSync(file)
  }
  return performance.now() - begun
}

/** Looks for a server's data, and removes what a run that was killed long ago has left. A folder that cannot be read is skipped. */
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

function removeFolder(folder: string) {
  for (const name of readdirSync(folder)) unlinkSync(join(folder, name))
  rmdirSync(folder)
}

function failureOf(error: unknown): Failure {
  const { syscall, code, message } = error as NodeJS.ErrnoException
  return { ...(syscall && { call: syscall }), code: code ?? message }
}
