// A scenario as a picture: what was done, which pods had a live server, and what clients got acknowledged, over one time axis.
import { escaped, left, legend, picture, round, timeGrid, xOf } from './svg.js'

export type State = 'ready' | 'running' | 'frozen' | 'killed' | 'waiting'

export interface Span {
  /** In s since the start. */
  from: number
  to: number
}

export interface Lane {
  label: string
  spans: readonly (Span & { state: State })[]
  /** Such as the epoch that begins here. */
  marks: readonly { at: number; text: string }[]
}

export interface Timeline {
  title: string
  /** Length in s. */
  seconds: number
  faults: readonly (Span & { label: string })[]
  lanes: readonly Lane[]
  /** Acknowledged writes in each second. */
  ledgers: readonly { label: string; perSecond: readonly number[] }[]
}

const row = 26
const area = 48

const kinds: readonly [State | 'fault', string][] = [
  ['fault', 'fault'],
  ['ready', 'server runs, pod Ready'],
  ['running', 'server runs, not Ready'],
  ['frozen', 'frozen'],
  ['killed', 'killed, held by the NAS'],
  ['waiting', 'pod without a server'],
]

/** @returns SVG, readable on light and dark pages */
export function timelinePicture({ title, seconds, faults, lanes, ledgers }: Timeline): string {
  const x = (second: number) => xOf(second, seconds)
  const bar = (top: number, kind: string, { from, to }: Span, tip: string) =>
    `<rect class="${kind}" x="${x(from)}" y="${top + 4}" width="${Math.max(2, round(x(to) - x(from)))}" height="${row - 8}"><title>${escaped(tip)}</title></rect>`
  const parts: string[] = []
  let y = 56
  const label = (text: string, height = row) =>
    parts.push(`<text x="${left - 10}" y="${y + height / 2 + 4}" text-anchor="end">${escaped(text)}</text>`)

  const top = y
  for (const fault of faults) {
    label(fault.label)
    parts.push(bar(y, 'fault', fault, `${round(fault.from)} to ${round(fault.to)} s`))
    y += row
  }
  for (const lane of lanes) {
    label(lane.label)
    for (const span of lane.spans)
      parts.push(bar(y, span.state, span, `${span.state} ${round(span.from)} to ${round(span.to)} s`))
    for (const { at, text } of lane.marks)
      parts.push(`<text class="mark" x="${x(at) + 3}" y="${y + row / 2 + 4}">${escaped(text)}</text>`)
    y += row
  }
  for (const { label: text, perSecond } of ledgers) {
    label(text, area)
    const most = Math.max(1, ...perSecond)
    const base = y + area - 4
    for (const [second, count] of perSecond.entries()) {
      const height = round((count / most) * (area - 8))
      if (height > 0)
        parts.push(
          `<rect class="writes" x="${x(second)}" y="${round(base - height)}" width="${round(x(second + 1) - x(second))}" height="${height}"/>`,
        )
    }
    y += area
  }
  return picture(title, y + 24, [...legend(kinds), ...timeGrid(seconds, top, y), ...parts])
}

/**
 * Joins samples into spans: each lasts until the next sample, and neighbors in one state become one.
 * @param samples in the order of their times, in s; undefined where there is nothing
 * @param end when the last one ends
 */
export function spansOf(
  samples: readonly { at: number; state: State | undefined }[],
  end: number,
): (Span & { state: State })[] {
  const spans: (Span & { state: State })[] = []
  for (const [index, { at, state }] of samples.entries()) {
    if (state === undefined) continue
    const to = samples[index + 1]?.at ?? end
    const last = spans.at(-1)
    if (last?.state === state && last.to === at) last.to = to
    else spans.push({ from: at, to, state })
  }
  return spans
}

/** How many of the times are in each second. @param times in s since the start */
export function countPerSecond(times: readonly number[], seconds: number): number[] {
  const counts = Array.from({ length: Math.ceil(seconds) }, () => 0)
  for (const time of times) {
    const second = Math.floor(time)
    if (second in counts) counts[second] = (counts[second] ?? 0) + 1
  }
  return counts
}
