import { scrape } from '../http.js'
import { cpuMs } from '../proc.js'
import type { Running } from '../process.js'
import type { Server } from '../server.js'

const scraperCounts = [0, 1, 100]
const seconds = 5

/**
 * What scrapers of /metrics, each once a second, do to the server: its questions answered and its CPU time in ms, per
 * second. With none of them there is what our sidecar asks by itself.
 */
export async function growth({ url }: Running, server: Server): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const pid = await server.pid()
  for (const count of scraperCounts) {
    const before = { queries: await server.queries(), cpu: cpuMs(pid), at: performance.now() }
    await scrape(`${url}/metrics`, count, seconds)
    const elapsed = (performance.now() - before.at) / 1_000
    figures[`queries${count}`] = ((await server.queries()) - before.queries) / elapsed
    figures[`serverCpu${count}`] = (cpuMs(pid) - before.cpu) / elapsed
  }
  return figures
}
