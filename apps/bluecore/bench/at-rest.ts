// What the servers' pods cost while nothing happens: operations on their volumes, and their sidecars' CPU time and memory.
import { readdirSync, readFileSync } from 'node:fs'
import { mountsOf } from '@bluecore/lab'
import type { Ledgered } from '../testing/ledger.js'
import { activePod } from './cluster.js'
import { byServer, type Rest, serverNames } from './judge.js'

interface Counters {
  at: number
  /** So far: operations on the volume, and those that a kernel's client sends to the NAS. */
  operations: number
  requests: number
  /** CPU time of the sidecar so far, in s. */
  cpu: number
}

/**
 * Operations for which a kernel's NFSv3 client sends nothing: names and attributes are cached, a file that is closed after it was
 * synced is not written again, and a small synchronous write is stable, without a COMMIT. To open a file asks for its attributes.
 * @see nfs(5), `wb_priority` in fs/nfs/internal.h
 */
const cached: ReadonlySet<string> = new Set(['lookup', 'getattr', 'flush', 'fsync', 'opendir'])

/** Looks twice. @param wait between the two, so long that what is done every 30 s counts */
export async function atRest(wait: () => Promise<unknown>): Promise<Rest> {
  const pods = byServer(activePod)
  const count = async (server: Ledgered): Promise<Counters> => {
    const { metadata, spec } = await pods[server]
    const mounts = await mountsOf(spec?.nodeName ?? '')
    const own = mounts.filter(({ target }) => target.includes(metadata?.uid ?? 'no UID'))
    const counted = own.flatMap(({ seen }) => Object.entries(seen))
    const total = (of: typeof counted) => of.reduce((sum, [, times]) => sum + times, 0)
    const requests = total(counted.filter(([operation]) => !cached.has(operation)))
    const cpu = sidecars(metadata?.uid).reduce((sum, pid) => sum + cpuSeconds(pid), 0)
    return { at: Date.now(), operations: total(counted), requests, cpu }
  }
  const each = async <T>(of: (server: Ledgered) => Promise<T>) => {
    const all = await Promise.all(serverNames.map(of))
    return byServer(server => all[serverNames.indexOf(server)] as T)
  }
  const before = await each(count)
  await wait()
  const after = await each(count)
  const containers = (await pods.dbserver).spec?.initContainers ?? []
  const env = containers.find(({ name }) => name === 'health')?.env ?? []
  const uids = await each(async server => (await pods[server]).metadata?.uid)
  return {
    lease: env.some(({ name }) => name === 'LEASE_FOLDER'),
    seconds: Math.round((after.dbserver.at - before.dbserver.at) / 1_000),
    servers: byServer(server => {
      const [first, last] = [before[server], after[server]]
      const seconds = (last.at - first.at) / 1_000
      return {
        requests: (last.requests - first.requests) / seconds,
        operations: (last.operations - first.operations) / seconds,
        cpuPercent: ((last.cpu - first.cpu) / seconds) * 100,
        mebibytes: sidecars(uids[server]).reduce((sum, pid) => sum + anonymous(pid), 0),
      }
    }),
  }
}

/** The processes of a pod's sidecar: Node.js runs nothing else there. */
function sidecars(pod = 'no UID'): string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false
    try {
      const node = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0]?.endsWith('node')
      return node && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(pod)
    } catch {
      return false // it ended meanwhile
    }
  })
}

/** Of a process and its children that have ended, in s: a tick of proc_pid_stat(5) is 10 ms. */
function cpuSeconds(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100
}

/** Memory of a process in MiB without the files that it maps: how many share those depends on where pods run. */
function anonymous(pid: string): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss_Anon:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1_024
}
