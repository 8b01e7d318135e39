// Live server processes, as the machine that carries the lab sees them: whatever the cluster believes, this is what runs.
import { readdirSync, readFileSync } from 'node:fs'
import type { Ledgered } from '../testing/ledger.js'

export interface ServerProcess {
  pid: number
  parent: number
  server: Ledgered
  /** UID of its pod. */
  pod: string
  /** Stopped by a signal, or with its machine. */
  frozen: boolean
}

const programs: Record<string, Ledgered> = { postgres: 'dbserver', 'redis-server': 'redis', java: 'elsearch' }

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
    const [state = '', parent] = read(pid, 'stat')
      .replace(/^.*\) /, '')
      .split(' ')
    // A zombie has ended; only its exit code is left.
    if (state === 'Z' || state === 'X') return undefined
    const frozen = /[Tt]/.test(state) || /refrigerator|freezer/.test(read(pid, 'wchan'))
    return { pid: Number(pid), parent: Number(parent), server, pod, frozen }
  } catch {
    return undefined // it ended meanwhile
  }
}

const read = (pid: string, file: string) => readFileSync(`/proc/${pid}/${file}`, 'utf8')
