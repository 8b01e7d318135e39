import type { Sidecar } from '@bluecore/sidecar/testing'
import { until } from '@bluecore/sidecar/testing'

/** Asks /livez again and again. */
export function watchLivez(sidecar: Sidecar): { stop(): Promise<ReadonlySet<number>> } {
  const seen = new Set<number>()
  let stopped = false
  const watching = until(
    'the watch was stopped',
    async () => {
      seen.add((await sidecar.get('/livez')).status)
      return stopped
    },
    Number.POSITIVE_INFINITY,
    100,
  )
  return {
    async stop() {
      stopped = true
      await watching
      return seen
    },
  }
}

/** One line of the figures that a test saw. */
export function report(what: string, ms: number): void {
  console.log(`${what} after ${Math.round(ms)} ms`)
}
