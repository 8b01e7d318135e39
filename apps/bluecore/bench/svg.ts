// What the pictures of the bench have in common: size, colors, title, the axis of time.

/** Where the bars begin: labels are to the left of it. */
export const left = 190
/** Of the bars. */
const width = 760

const style = `
text { font: 12px system-ui, sans-serif; fill: #212529 }
.title { font-size: 15px; font-weight: 600 }
.small { font-size: 10px; fill: #495057 }
.grid { stroke: #dee2e6 }
.fault { fill: #e03131 } .ready { fill: #2f9e44 } .running { fill: #f08c00 } .frozen { fill: #4dabf7 } .killed { fill: #845ef7 } .waiting { fill: #ced4da }
.writes { fill: #1971c2 } .back { fill: #ffffff }
.mark { font-size: 10px; paint-order: stroke; stroke: #ffffff; stroke-width: 3px }
@media (prefers-color-scheme: dark) {
  text { fill: #e9ecef } .small { fill: #adb5bd } .grid { stroke: #373a40 } .waiting { fill: #495057 } .back { fill: #1a1b1e }
  .mark { stroke: #1a1b1e }
}`

/** @param height of everything @returns SVG, readable on light and dark pages */
export function picture(title: string, height: number, parts: readonly string[]): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 20} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}\n</style>`,
    '<rect class="back" width="100%" height="100%"/>',
    `<text class="title" x="12" y="22">${escaped(title)}</text>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`
}

/** Where a moment is, of `seconds` that fill the width. */
export const xOf = (second: number, seconds: number) =>
  round(left + (Math.min(second, seconds) / seconds) * width)

/** Lines for the time, from top to bottom, with their labels below. */
export function timeGrid(seconds: number, top: number, bottom: number): string[] {
  const step = [5, 10, 15, 30, 60, 120, 300].find(size => seconds / size <= 12) ?? 600
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step)
  return ticks.map(second => {
    const x = xOf(second, seconds)
    return `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text class="small" x="${x}" y="${bottom + 14}" text-anchor="middle">${second} s</text>`
  })
}

/** Colors and what they mean, below the title. */
export const legend = (keys: readonly (readonly [kind: string, text: string])[]): string[] =>
  keys.map(
    ([kind, text], index) =>
      `<rect class="${kind}" x="${12 + index * 155}" y="34" width="12" height="12"/><text class="small" x="${30 + index * 155}" y="44">${text}</text>`,
  )

export const round = (value: number) => Math.round(value * 10) / 10

export const escaped = (text: string) =>
  text.replace(/[&<>"]/g, sign => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign)
