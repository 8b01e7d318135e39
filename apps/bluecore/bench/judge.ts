// What a scenario's figures are, and whether they are as expected.
import type { Ledgered } from '../testing/ledger.js'

/** What each server is called in pictures and tables. */
export const titles: Record<Ledgered, string> = {
  dbserver: 'PostgreSQL',
  redis: 'Redis',
  elsearch: 'Elasticsearch',
}

export const serverNames = Object.keys(titles) as Ledgered[]

export const byServer = <T>(of: (server: Ledgered) => T) =>
  Object.fromEntries(serverNames.map(server => [server, of(server)])) as Record<Ledgered, T>

export interface Expected {
  /** Longest time in s without PostgreSQL. */
  down: number
  /** How often PostgreSQL may be started again, in the same pod or another; without it any number. */
  restarts?: number
  /** What is acknowledged and lost: nothing, or, where a safeguard is off, something. */
  lost?: 'something'
}

export interface Result {
  name: string
  /** ISO 8601. */
  date: string
  /** Longest time in s without each server. */
  down: Record<Ledgered, number>
  /** Starts of each server after the first, as clients saw them. */
  restarts: Record<Ledgered, number>
  acknowledged: Record<Ledgered, number>
  lost: Record<Ledgered, number>
  /** Time in ms during which two servers lived or wrote on a volume. */
  overlap: Record<Ledgered, number>
  /** What else was measured. */
  notes: string[]
  /** What is not as expected; empty when all is. */
  missed: string[]
}

/** What a server's pod costs while nothing happens. */
export interface Rest {
  /** Whether there is a lease. */
  lease: boolean
  /** How long it was looked at. */
  seconds: number
  /**
   * Requests to the NAS and all operations on the volume per second, CPU of the sidecar in percent of a core, its memory in MiB.
   */
  servers: Record<Ledgered, { requests: number; operations: number; cpuPercent: number; mebibytes: number }>
}

/** What is not as expected, a sentence each. Loss and overlap are judged for every server, the rest for PostgreSQL. */
export function missedBy({ down, restarts, lost }: Expected, result: Omit<Result, 'missed'>): string[] {
  const missed: string[] = []
  for (const server of lost === 'something' ? [] : serverNames) {
    const [name, gone, both] = [titles[server], result.lost[server], result.overlap[server]]
    if (gone > 0) missed.push(`${gone} acknowledged writes of ${name} are lost`)
    if (both > 0) missed.push(`two servers of ${name} for ${both} ms`)
  }
  if (lost === 'something' && serverNames.every(server => result.lost[server] === 0))
    missed.push('nothing is lost')
  if (result.down.dbserver > down) missed.push(`${result.down.dbserver} s without PostgreSQL`)
  if (restarts !== undefined && result.restarts.dbserver > restarts)
    missed.push(`PostgreSQL was started again ${result.restarts.dbserver} times`)
  return missed
}
