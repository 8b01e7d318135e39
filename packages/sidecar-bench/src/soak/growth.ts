import { median } from '../statistics.js'
import type { Snapshot } from './fault-loop.js'

/** How much the median of the last third may exceed that of the first. */
export const tolerances: Readonly<Record<keyof Snapshot, number>> = {
  rss: 4,
  anonymous: 4,
  files: 2,
  connections: 0,
  children: 0,
}

export interface Growth {
  figure: keyof Snapshot
  first: number
  last: number
  grew: boolean
}

/** Compares thirds, after the first tenth, during which code is compiled and pools are filled. */
export function growthOf(snapshots: readonly Snapshot[]): Growth[] {
  const counted = snapshots.slice(Math.ceil(snapshots.length / 10))
  const third = Math.floor(counted.length / 3)
  if (third === 0)
    throw new Error(`only ${snapshots.length} faults: too few to compare. Give it more --minutes`)
  const figures = Object.keys(tolerances) as Array<keyof Snapshot>
  return figures.map(figure => {
    const values = counted.map(snapshot => snapshot[figure])
    const first = median(values.slice(0, third))
    const last = median(values.slice(-third))
    return { figure, first, last, grew: last - first > tolerances[figure] }
  })
}
