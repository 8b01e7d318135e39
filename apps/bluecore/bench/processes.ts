// Live server processes, as the machine that carries the lab sees them: whatever the cluster believes, this is what runs.
import { readdirSync, readFileSync } from 'node:fs'
import type { Ledgered } from '../testing/ledger.js'

export interface ServerProcess {
  pid: number
  parent: number
  server: Ledgered
  /** UID of its pod. */
  pod: string
  /** Frozen: stopped by a signal, or with its machine. Killed: runs no more, but the kernel cannot end it while the NAS hangs. */
  state: 'live' | 'frozen' | 'killed'
}

const programs: Record<string, Ledgered> = { postgres: 'dbserver', 'redis-server': 'redis', java: 'elsearch' }

/** PF_EXITING, a flag of proc_pid_stat(5). */
const exiting = 0x4
/** SIGKILL in a set of signals, as proc_pid_status(5) shows it. */
const sigkill = 1n << 8n

/** The processes of the three servers, each with its pod. */
export function serverProcesses(): ServerProcess[] {
  return readdirSync('/proc').flatMap(name => (/^\d+$/.test(name) ? (serverProcess(name) ?? []) : []))
}

/** Those whose parent is another program: the server itself, not its children. */
export function mainProcess(server: Ledgered, pod: string): number | undefined {
  const own = serverProcesses().filter(process => process.server === server && process.pod === pod)
  return own.find(({ parent }) => own.every(({ pid }) => pid !== parent))?.pid
}

function serverProcess(pid: string): ServerProcess | undefined {
  try {
    const server = programs[read(pid, 'comm').trim()]
    if (!server) return undefined
    const pod = /kubepods.*\/pod([0-9a-f-]{36})/.exec(read(pid, 'cgroup'))?.[1]
    if (!pod) return undefined
    const [letter = '', parent, , , , , flags] = read(pid, 'stat')
      .replace(/^.*\) /, '')
      .split(' ')
    if (/[ZX]/.test(letter)) return undefined // it has ended; only its exit code is left
    const pending = [...read(pid, 'status').matchAll(/^(?:Sig|Shd)Pnd:\s*([0-9a-f]+)$/gm)]
    const killed = (Number(flags) & exiting) !== 0 || pending.some(([, set]) => BigInt(`0x${set}`) & sigkill)
    const frozen = /[Tt]/.test(letter) || /refrigerator|freezer/.test(read(pid, 'wchan'))
    const state = killed ? 'killed' : frozen ? 'frozen' : 'live'
    return { pid: Number(pid), parent: Number(parent), server, pod, state }
  } catch {
    return undefined // it ended meanwhile
  }
}

const read = (pid: string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
