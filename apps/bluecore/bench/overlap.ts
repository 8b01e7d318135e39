// Who writes, by one clock: two servers on one volume must never take turns, nor live at the same time.

/** An acknowledged write. */
export interface Acknowledged {
  /** In ms. */
  at: number
  /** The server process that acknowledged it. */
  writer: string
}

export interface Overlap {
  /** The writers, the one that began first first. */
  writers: [string, string]
  /** From the first write of the later one to the last of the earlier one, in ms. */
  from: number
  to: number
}

/** Pairs of writers that took turns: the earlier one acknowledged a write after the later one's first. */
export function interleaved(rows: readonly Acknowledged[]): Overlap[] {
  const spans = new Map<string, { from: number; to: number }>()
  for (const { at, writer } of rows) {
    const span = spans.get(writer)
    if (span) {
      span.from = Math.min(span.from, at)
      span.to = Math.max(span.to, at)
    } else spans.set(writer, { from: at, to: at })
  }
  const writers = [...spans].sort(([, a], [, b]) => a.from - b.from)
  return writers.flatMap(([earlier, { to }], index) =>
    writers
      .slice(index + 1)
      .flatMap(([later, { from }]) =>
        to > from ? [{ writers: [earlier, later] as [string, string], from, to }] : [],
      ),
  )
}

/** Which pods had a live server process on one volume, at one moment. */
export interface Alive {
  at: number
  pods: readonly string[]
}

/** Time in ms during which more than one pod had one. A moment lasts until the next one. */
export function bothAlive(samples: readonly Alive[]): number {
  return samples.reduce((sum, { at, pods }, index) => {
    const next = samples[index + 1]
    return pods.length > 1 && next ? sum + next.at - at : sum
  }, 0)
}

/** Longest time in ms without an acknowledged write between two moments, which are those of the first and the last one if absent. */
export function longestGap(
  rows: readonly Pick<Acknowledged, 'at'>[],
  from = rows[0]?.at ?? 0,
  to = rows.at(-1)?.at ?? from,
): number {
  const before = rows.filter(({ at }) => at <= from).at(-1)?.at ?? from
  const times = [before, ...rows.map(({ at }) => at).filter(at => at > from && at < to), to]
  return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)))
}
