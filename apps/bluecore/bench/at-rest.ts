// What the servers' pods cost while nothing happens: operations on their volumes, and their sidecars' CPU time and memory.
import { readdirSync, readFileSync } from 'node:fs'
import { mountsOf } from '@bluecore/lab'
import type { Ledgered } from '../testing/ledger.js'
import { activePod } from './cluster.js'
import { byServer, type Rest, serverNames } from './judge.js'

interface Counters {
  at: number
  /** Operations on the volume so far. */
  operations: number
  /** CPU time of the sidecar so far, in s. */
  cpu: number
}

/** Looks twice. @param wait between the two, so long that what is done every 30 s counts */
export async function atRest(wait: () => Promise<unknown>): Promise<Rest> {
  const pods = byServer(activePod)
  const count = async (server: Ledgered): Promise<Counters> => {
    const { metadata, spec } = await pods[server]
    const mounts = await mountsOf(spec?.nodeName ?? '')
    const own = mounts.filter(({ target }) => target.includes(metadata?.uid ?? 'no UID'))
    const operations = own.flatMap(({ seen }) => Object.values(seen)).reduce((sum, one) => sum + one, 0)
    const cpu = sidecars(metadata?.uid).reduce((sum, pid) => sum + cpuSeconds(pid), 0)
    return { at: Date.now(), operations, cpu }
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
        operations: (last.operations - first.operations) / seconds,
        cpuPercent: ((last.cpu - first.cpu) / seconds) * 100,
        mebibytes: sidecars(uids[server]).reduce((sum, pid) => sum + proportional(pid), 0),
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

/** Memory of a process in MiB, shared pages by their share. */
function proportional(pid: string): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1_024
}
