import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

const limitMs = 30_000

/**
 * One GET, read to its end.
 * @param agent keeps connections; without one each request has a new connection, as the kubelet's probes do
 * @returns the status
 */
export function get(url: string, agent: Agent | false = false): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, timeout: limitMs }, response => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', reject)
    })
    asked.on('timeout', () => asked.destroy(new Error(`${url}: no answer within ${limitMs} ms`)))
    asked.on('error', reject)
    asked.end()
  })
}

/** Asks as fast as it is answered, each connection one request after the other. @returns how long each took, in ms */
export async function load(url: string, connections: number, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const end = performance.now() + seconds * 1_000
  const times: number[] = []
  const connection = async () => {
    while (performance.now() < end) {
      const begun = performance.now()
      await getOk(url, agent)
      times.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  agent.destroy()
  return times
}

/** Scrapers as they are configured: each asks once a second, all at different moments of it. */
export async function scrape(url: string, scrapers: number, seconds: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: scrapers })
  const end = performance.now() + seconds * 1_000
  const scraper = async (number: number) => {
    let next = performance.now() + (number / scrapers) * 1_000
    while (next < end) {
      await pause(Math.max(0, next - performance.now()))
      await getOk(url, agent)
      next = Math.max(next + 1_000, performance.now()) // one that is answered late asks less often
    }
  }
  await Promise.all(Array.from({ length: scrapers }, (_, number) => scraper(number)))
  await pause(Math.max(0, end - performance.now()))
  agent.destroy()
}

async function getOk(url: string, agent: Agent) {
  const status = await get(url, agent)
  if (status !== 200) throw new Error(`${url} answered ${status}`)
}
