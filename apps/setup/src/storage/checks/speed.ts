import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'

/**
 * Every commit of PostgreSQL and every change of Elasticsearch's translog waits for an fsync: at 50 ms one client gets 20
 * commits a second, and one note of Misskey takes several. Disks of a NAS need 10–20 ms, SSDs less than 5.
 */
const slowHalfMs = 50

/** From here on the health sidecars warn too; Redis stops all clients when an fsync takes two seconds. */
const slowOnceMs = 1_000

/** How long does a small write take that must be on the disk? Slowness is no reason to refuse. */
export function judgeSpeed({ syncMs }: Seen): Finding[] {
  if (syncMs.length === 0) return []
  const sorted = [...syncMs].sort((a, b) => a - b)
  const half = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  const longest = sorted.at(-1) ?? 0
  const times = `${sorted.length} writes with fsync: half within ${milliseconds(half)}, the longest ${milliseconds(longest)}`
  if (half < slowHalfMs && longest < slowOnceMs) return [{ level: 'ok', check: 'speed', text: times }]
  const advice =
    half < slowHalfMs
      ? 'Do disks of the NAS sleep, or did it check its RAID just now?'
      : 'Each commit waits so long. Is the way to the NAS Wi-Fi or 100 Mbit/s, does it check its RAID? An SSD as its cache helps'
  return [{ level: 'WARN', check: 'speed', text: `${times}. ${advice}` }]
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
