import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { isData, makeFolder } from '@bluecore/volume'
import type { Answer, Claim, Heartbeat, View, VolumeOperation } from './protocol.js'

// The lease on the volume: claim.<epoch> with a Claim, made once by link(2), which is atomic on an NFS server;
// heartbeat.<epoch>.<nonce> with the Heartbeat of its holder; ask.<epoch>.<nonce> with an Ask to that holder. Every read opens
// the file anew: an NFS client then asks the server whether the file has changed (close-to-open consistency, nfs(5)), whatever
// it has cached.

/** Where the lease is, in the folder that is mounted. */
export const leaseFolder = '.bluecore-lease'

/**
 * Made with the claim: an NFS client sees at once that a file has changed, and after up to a minute that there is a new one.
 * @property by the pod that asks for the lease; empty: none
 */
interface Ask {
  by: string
}

/** Size of a heartbeat: rewritten in place, so that a full volume does not end a lease. */
const block = 512

/**
 * Carries out one operation. Blocks for as long as the volume does, so it runs in a process of its own.
 * @param folder absolute, on the volume; created when its parent exists
 * @param self what a claim is made with
 */
export function operate(folder: string, self: Omit<Claim, 'epoch'>, operation: VolumeOperation): Answer {
  try {
    switch (operation.name) {
      case 'look':
        return { view: look(folder, operation.atLeast) }
      case 'claim':
        return { holds: claim(folder, { epoch: operation.epoch, ...self }, operation.after) }
      case 'renew': {
        const ours = { ...operation, nonce: self.nonce }
        if (!isOurs(folder, ours)) return { holds: false }
        beat(folder, ours, false)
        const askedBy = (parsed(textOf(askPath(folder, ours)) ?? '') as Ask | undefined)?.by
        return { holds: true, ...(askedBy && { askedBy }) }
      }
      case 'release':
        beat(folder, { ...operation, nonce: self.nonce }, true)
        return { released: true }
      case 'ask':
        // Made by the holder: that a file has changed is seen at once, that there is a new one after up to a minute.
        write(askPath(folder, operation), 'r+', { by: self.holder } satisfies Ask)
        return { asked: true }
    }
  } catch (error) {
    const { syscall, code, message } = error as NodeJS.ErrnoException
    // Removed by somebody: the claim does not hold any more.
    if (operation.name === 'renew' && code === 'ENOENT') return { holds: false }
    return { failed: syscall ? `${syscall} in ${folder} failed with ${code}` : message }
  }
}

/** Not created when it is missing: then somebody has removed the lease. */
function beat(folder: string, of: { epoch: number; nonce: string; beat: number }, released: boolean) {
  write(heartbeatPath(folder, of), 'r+', { epoch: of.epoch, beat: of.beat, released } satisfies Heartbeat)
}

/** What is on the volume. @throws Error of a system call, or that says which file is not ours */
function look(folder: string, atLeast = 0): View {
  makeFolder(folder)
  const claim = newestClaim(folder, atLeast)
  if (!claim) {
    const empty = readdirSync(dirname(folder)).every(name => !isData(name))
    return { empty, changed: statSync(folder).mtimeMs }
  }
  const heartbeat = readHeartbeat(folder, claim)
  return { claim, ...(heartbeat && { heartbeat }), empty: false }
}

/**
 * The claim that counts: whose volume it is. Creates nothing.
 * @throws Error as look
 */
export function newestClaim(folder: string, atLeast = 0): Claim | undefined {
  const newest = Math.max(0, ...epochs(folder))
  return readClaim(folder, Math.max(atLeast, newest)) ?? readClaim(folder, newest)
}

function epochs(folder: string): number[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap(name => (/^claim\.\d+$/.test(name) ? Number(name.slice(6)) : []))
}

/** @throws Error */
function readClaim(folder: string, epoch: number): Claim | undefined {
  if (epoch === 0) return undefined
  const text = textOf(claimPath(folder, epoch))
  if (text === undefined) return undefined
  const value = parsed(text) as Claim | undefined
  if (value?.epoch === epoch && value.owner && value.nonce) return value
  throw new Error(`${claimPath(folder, epoch)} is not a claim of a lease: move it away`)
}

/** A heartbeat that is read while it is written may be neither the old one nor the new one. */
function readHeartbeat(folder: string, of: Pick<Claim, 'epoch' | 'nonce'>): Heartbeat | undefined {
  return parsed(textOf(heartbeatPath(folder, of)) ?? '') as Heartbeat | undefined
}

const claimPath = (folder: string, epoch: number) => join(folder, `claim.${epoch}`)
const askPath = (folder: string, { epoch, nonce }: Pick<Claim, 'epoch' | 'nonce'>) =>
  join(folder, `ask.${epoch}.${nonce}`)
const heartbeatPath = (folder: string, { epoch, nonce }: Pick<Claim, 'epoch' | 'nonce'>) =>
  join(folder, `heartbeat.${epoch}.${nonce}`)

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function claim(folder: string, made: Claim, after: string | undefined): boolean {
  makeFolder(folder)
  const temporary = join(folder, `temporary.${made.nonce}`)
  write(heartbeatPath(folder, made), 'w', { epoch: made.epoch, beat: 0, released: false } satisfies Heartbeat)
  write(askPath(folder, made), 'w', { by: '' } satisfies Ask)
  write(temporary, 'w', made)
  try {
    link(temporary, claimPath(folder, made.epoch))
  } finally {
    rmSync(temporary, { force: true })
  }
  const followed = after === undefined || readClaim(folder, made.epoch - 1)?.nonce === after
  const won = followed && isOurs(folder, made)
  if (won) clean(folder, made)
  else for (const path of [heartbeatPath(folder, made), askPath(folder, made)]) rmSync(path, { force: true })
  return won
}

/** An answer that was lost makes an NFS client ask again, and the server then says EEXIST: who has it is read afterwards. */
function link(from: string, to: string) {
  try {
    linkSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function isOurs(folder: string, { epoch, nonce }: Pick<Claim, 'epoch' | 'nonce'>): boolean {
  const next = statSync(claimPath(folder, epoch + 1), { throwIfNoEntry: false })
  return next === undefined && readClaim(folder, epoch)?.nonce === nonce
}

function write(path: string, flags: 'w' | 'r+', value: object) {
  const file = openSync(path, flags, 0o600)
  try {
    writeSync(file, `${JSON.stringify(value)}\n`.padStart(block), 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Removes what earlier epochs left, but the claim before ours: it says whose the volume was. Best effort. */
function clean(folder: string, { epoch }: Claim) {
  for (const name of readdirSync(folder)) {
    const [, kind, of] = /^(claim|heartbeat|ask)\.(\d+)/.exec(name) ?? []
    if (Number(of) < (kind === 'claim' ? epoch - 1 : epoch)) rmSync(join(folder, name), { force: true })
  }
}
