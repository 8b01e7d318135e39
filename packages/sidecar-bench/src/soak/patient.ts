import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, until } from '@bluecore/sidecar/testing'
import { get } from '../http.js'
import { descendantsOf, memory, openFiles } from '../proc.js'
import { type Running, start } from '../process.js'
import type { Server } from '../server.js'
import { bundleSidecar } from '../sidecar.js'
import { type Fault, faultsOf } from './faults.js'

/** How a sidecar stands while its server is well again. Memory in MiB. */
export interface Standing {
  rss: number
  anonymous: number
  /** Open files and sockets of the sidecar. */
  files: number
  /** Clients that the server has; the sidecar is the only one. */
  connections: number
  children: number
}

export interface Course {
  standings: Standing[]
  faults: Record<string, number>
  scrapes: number
  slowestScrapeMs: number
}

const scrapeEveryMs = 100
const wellAgainMs = 60_000
const settleMs = 2_000

/** Hurts the server again and again, scrapes its sidecar all the while, and looks at it after each recovery. */
export async function hurt(
  server: Server,
  minutes: number,
  progress: (line: string) => void,
): Promise<Course> {
  const port = await freePort()
  const sidecar = start(bundleSidecar(server)(port), port)
  await sidecar.firstOk('/readyz')
  const end = performance.now() + minutes * 60_000
  const course: Course = { standings: [], faults: {}, scrapes: 0, slowestScrapeMs: 0 }
  const over = new AbortController()
  const asked = scrapeUntil(over.signal, sidecar, course)
  const hurting = hurtUntil(end, server, sidecar, course, progress)
  try {
    await Promise.race([hurting, asked.then(() => hurting)]) // a scrape that fails ends it at once
  } finally {
    over.abort()
  }
  await asked
  await sidecar.stop()
  return course
}

async function hurtUntil(
  end: number,
  server: Server,
  sidecar: Running,
  course: Course,
  progress: (line: string) => void,
) {
  const faults = faultsOf(server)
  const isReady = async () => (await get(`${sidecar.url}/readyz`)) === 200
  for (let turn = 0; performance.now() < end; turn++) {
    const fault = faults[turn % faults.length] as Fault
    await fault.happen(server)
    await until(`${server.name}, ${fault.name}, was ready again`, isReady, wellAgainMs, 100)
    await pause(settleMs)
    await until(`${server.name}, ${fault.name}, stayed ready`, isReady, wellAgainMs, 100)
    course.faults[fault.name] = (course.faults[fault.name] ?? 0) + 1
    course.standings.push(await look(sidecar, server))
    progress(`${server.name}: ${turn + 1} faults, ${course.scrapes} scrapes; last: ${fault.name}`)
  }
}

async function look({ pid }: Running, server: Server): Promise<Standing> {
  const { rss, anonymous } = memory(pid)
  const connections = await server.connections()
  return { rss, anonymous, files: openFiles(pid), connections, children: descendantsOf(pid).length }
}

/** @throws when the sidecar ever fails to answer /metrics, or the kubelet's question about itself, with 200 */
async function scrapeUntil(signal: AbortSignal, { url }: Running, course: Course) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  while (!signal.aborted) {
    for (const path of ['/metrics', '/healthz']) {
      const begun = performance.now()
      const status = await get(`${url}${path}`, agent)
      if (status !== 200) throw new Error(`${url}${path} answered ${status}`)
      course.slowestScrapeMs = Math.max(course.slowestScrapeMs, performance.now() - begun)
    }
    course.scrapes++
    await pause(scrapeEveryMs)
  }
  agent.destroy()
}
