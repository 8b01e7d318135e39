import { readdirSync, readFileSync } from 'node:fs'
import { treeOf } from '@bluecore/sidecar/testing'

/** Of one process, in MiB. `pss` shares what is mapped by several processes among them; `anonymous` is its alone. */
export interface Memory {
  rss: number
  pss: number
  anonymous: number
}

/** Linux counts CPU time for user space in hundredths of a second, whatever the kernel's own tick is. */
const msPerTick = 10

/** CPU time of a process, of its descendants, and of those of them that have ended and been waited for. In ms. */
export function cpuMs(pid: number): number {
  return treeOf(pid).reduce((sum, member) => sum + ticks(member) * msPerTick, 0)
}

/** CPU time of the children of this process that have ended, with theirs. In ms. */
export function endedChildrenMs(): number {
  return ticks(process.pid, ['cutime', 'cstime']) * msPerTick
}

export function memory(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mib = (name: string) => Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1]) / 1024
  return { rss: mib('Rss'), pss: mib('Pss'), anonymous: mib('Anonymous') }
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

export function parentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/^PPid:\s+(\d+)/m)?.[1])
}

/** Its children and theirs, without itself. */
export function descendantsOf(pid: number): number[] {
  return treeOf(pid).slice(1)
}

/** Where proc(5) has them, counted from the state: behind the name, which may hold anything. */
const fields = { utime: 11, stime: 12, cutime: 13, cstime: 14 }

function ticks(pid: number, names = Object.keys(fields) as Array<keyof typeof fields>): number {
  const stat = orNothing(() => readFileSync(`/proc/${pid}/stat`, 'utf8'), '')
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return names.reduce((sum, name) => sum + Number(values[fields[name]] ?? 0), 0)
}

/** A process may end while it is looked at. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look()
  } catch {
    return nothing
  }
}
