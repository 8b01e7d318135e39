import type { Sidecar } from '@bluecore/sidecar/testing'
import { until } from '@bluecore/sidecar/testing'

/** The codes that the three probes get now, in the order of a pod's life. */
export async function codes(sidecar: Sidecar): Promise<Record<'startupz' | 'readyz' | 'livez', number>> {
  const [startupz, readyz, livez] = await Promise.all(
    ['/startupz', '/readyz', '/livez'].map(async path => (await sidecar.get(path)).status),
  )
  return { startupz, readyz, livez } as Record<'startupz' | 'readyz' | 'livez', number>
}

/** Value of one time series, named with its labels. */
export async function metric(sidecar: Sidecar, series: string): Promise<number> {
  const { body } = await sidecar.get('/metrics')
  const line = body.split('\n').find(text => text.startsWith(`${series} `))
  return Number(line?.split(' ').at(-1))
}

/** Waits until /readyz says this, and tells how long it took. */
export async function untilReadyz(
  sidecar: Sidecar,
  wanted: string | RegExp,
  limitMs: number,
): Promise<number> {
  const says = async () => ((await sidecar.get('/readyz')).body.match(wanted) ?? []).length > 0
  return until(`/readyz said ${wanted}`, says, limitMs, 50)
}

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
