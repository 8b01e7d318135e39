import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort, until } from '@bluecore/sidecar/testing'
import { get } from '../http.js'
import { descendantsOf, memory, openFiles } from '../proc.js'
import { type Running, start } from '../process.js'
import type { Server } from '../server.js'
import { bundleSidecar } from '../sidecar.js'
import { type Fault, faultsOf } from './faults.js'

/** A sidecar's resources after its server has recovered. Memory in MiB. */
export interface Snapshot {
  rss: number
  anonymous: number
  /** Open files and sockets of the sidecar. */
  files: number
  /** Clients of the server; the sidecar is the only one. */
  connections: number
  children: number
}

export interface SoakRecord {
  snapshots: Snapshot[]
  faults: Record<string, number>
  scrapes: number
  slowestScrapeMs: number
}

const scrapeEveryMs = 100
const wellAgainMs = 60_000
const settleMs = 2_000

/** Injects faults into the server, scrapes its sidecar meanwhile, and takes a snapshot after each recovery. */
export async function injectFaults(
  server: Server,
  minutes: number,
  progress: (line: string) => void,
): Promise<SoakRecord> {
  const port = await freePort()
  const sidecar = start(bundleSidecar(server)(port), port)
  await sidecar.firstOk('/readyz')
  const end = performance.now() + minutes * 60_000
  const record: SoakRecord = { snapshots: [], faults: {}, scrapes: 0, slowestScrapeMs: 0 }
  const over = new AbortController()
  const asked = scrapeUntil(over.signal, sidecar, record)
  const injecting = injectFaultsUntil(end, server, sidecar, record, progress)
  try {
    await Promise.race([injecting, asked.then(() => injecting)]) // a scrape that fails ends it at once
  } finally {
    over.abort()
  }
  await asked
  await sidecar.stop()
  return record
}

async function injectFaultsUntil(
  end: number,
  server: Server,
  sidecar: Running,
  record: SoakRecord,
  progress: (line: string) => void,
) {
  const faults = faultsOf(server)
  const isReady = async () => (await get(`${sidecar.url}/readyz`)) === 200
  for (let turn = 0; performance.now() < end; turn++) {
    const fault = faults[turn % faults.length] as Fault
    await fault.inject(server)
    await until(`${server.name}, ${fault.name}, was ready again`, isReady, wellAgainMs, 100)
    await pause(settleMs)
    await until(`${server.name}, ${fault.name}, stayed ready`, isReady, wellAgainMs, 100)
    record.faults[fault.name] = (record.faults[fault.name] ?? 0) + 1
    record.snapshots.push(await look(sidecar, server))
    progress(`${server.name}: ${turn + 1} faults, ${record.scrapes} scrapes; last: ${fault.name}`)
  }
}

async function look({ pid }: Running, server: Server): Promise<Snapshot> {
  const { rss, anonymous } = memory(pid)
  const connections = await server.connections()
  return { rss, anonymous, files: openFiles(pid), connections, children: descendantsOf(pid).length }
}

/** @throws when the sidecar ever answers /metrics, or the kubelet's liveness probe of itself, with anything but 200 */
async function scrapeUntil(signal: AbortSignal, { url }: Running, record: SoakRecord) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  while (!signal.aborted) {
    for (const path of ['/metrics', '/healthz']) {
      const begun = performance.now()
      const status = await get(`${url}${path}`, agent)
      if (status !== 200) throw new Error(`${url}${path} answered ${status}`)
      record.slowestScrapeMs = Math.max(record.slowestScrapeMs, performance.now() - begun)
    }
    record.scrapes++
    await pause(scrapeEveryMs)
  }
  agent.destroy()
}
