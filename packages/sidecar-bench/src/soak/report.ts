import { markdownTable } from 'markdown-table'
import type { SoakRecord } from './fault-loop.js'
import { growthOf, tolerances } from './growth.js'

const titles = {
  rss: 'RSS, MiB',
  anonymous: 'anonymous memory, MiB',
  files: 'open files and sockets',
  connections: 'connections at the server',
  children: 'child processes',
}

/** What happened to each, and its first third beside its last. */
export function report(records: ReadonlyArray<{ name: string; record: SoakRecord }>) {
  let grew = false
  const parts = records.map(({ name, record }) => {
    const growth = growthOf(record.snapshots)
    grew ||= growth.some(figure => figure.grew)
    const faults = Object.entries(record.faults).map(([fault, count]) => `${fault} ${count}×`)
    const rows = growth.map(({ figure, first, last, grew }) => [
      titles[figure],
      first.toFixed(1),
      last.toFixed(1),
      `+${tolerances[figure]}`,
      grew ? '**grew**' : 'held',
    ])
    return `## ${name}
${faults.join(', ')}. ${record.scrapes} scrapes of /metrics and /healthz, all answered; the slowest took ${record.slowestScrapeMs.toFixed()} ms.

${markdownTable([['', 'first third', 'last third', 'tolerance', ''], ...rows])}
`
  })
  return { text: parts.join('\n'), grew }
}
