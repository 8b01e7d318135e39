import type { Finding } from '../finding.js'
import type { Seen } from '../probe.js'

/**
 * Every commit of PostgreSQL and every change of Elasticsearch's translog waits for an fsync: at 50 ms one client gets 20
 * commits a second, and one note of Misskey takes several. Disks of a NAS need 10–20 ms, SSDs less than 5.
 */
const slowHalfMs = 50

/** The health sidecars warn from here on too; Redis blocks all clients when an fsync takes two seconds. */
const slowOnceMs = 1_000

/** How long does a small synced write take? A slow volume is a warning, not a failure. */
export function judgeSpeed({ syncMs }: Seen): Finding[] {
  if (syncMs.length === 0) return []
  const sorted = [...syncMs].sort((a, b) => a - b)
  const half = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  const longest = sorted.at(-1) ?? 0
  const times = `${sorted.length} writes with fsync: median ${milliseconds(half)}, longest ${milliseconds(longest)}`
  if (half < slowHalfMs && longest < slowOnceMs) return [{ level: 'ok', check: 'speed', text: times }]
  const advice =
    half < slowHalfMs
      ? 'Are the disks of the NAS spinning up from standby, or is it checking its RAID?'
      : 'Each commit takes that long. Is the NAS connected by Wi-Fi or 100 Mbit/s, or checking its RAID? An SSD cache helps'
  return [{ level: 'WARN', check: 'speed', text: `${times}. ${advice}` }]
}

function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}
