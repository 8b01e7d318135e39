import { cpus, totalmem } from 'node:os'

/** What was measured on, such as `2 cores and 24 GiB`. */
export const machine = (): string => `${cpus().length} cores and ${Math.round(totalmem() / 2 ** 30)} GiB`

/** When it was measured: `on 2026-11-30`, or from the first to the last day. @param dates such as 2026-11-30, at least one */
export function measuredOn(dates: readonly string[]): string {
  const sorted = dates.toSorted()
  const [first, last] = [sorted[0], sorted.at(-1)]
  return first === last ? `on ${first}` : `from ${first} to ${last}`
}
