import { median } from '../statistics.js'
import type { Standing } from './patient.js'

/** By how much the median of the last third may exceed that of the first. */
export const tolerances: Readonly<Record<keyof Standing, number>> = {
  rss: 4,
  anonymous: 4,
  files: 2,
  connections: 0,
  children: 0,
}

export interface Growth {
  figure: keyof Standing
  first: number
  last: number
  grew: boolean
}

/** Compares thirds, after the first tenth: until then code is compiled and pools are filled. */
export function growthOf(standings: readonly Standing[]): Growth[] {
  const counted = standings.slice(Math.ceil(standings.length / 10))
  const third = Math.floor(counted.length / 3)
  if (third === 0)
    throw new Error(`only ${standings.length} faults: too few to compare. Give it more --minutes`)
  const figures = Object.keys(tolerances) as Array<keyof Standing>
  return figures.map(figure => {
    const values = counted.map(standing => standing[figure])
    const first = median(values.slice(0, third))
    const last = median(values.slice(-third))
    return { figure, first, last, grew: last - first > tolerances[figure] }
  })
}
